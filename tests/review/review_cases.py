"""Small review folders, made of text; and the checks of pages, which the tests of pages hold."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

FLOW = "box,n\nidentified,321\nother_removed,78\nscreened,243\nexcluded,222\nassessed,21\n"
OUTCOMES = """study,outcome,construct,instrument,cutoff,events,total,percent,source
Ada 2019,ee,exhaustion,MBI,27,12,40,30,article
Bo 2020,ee,exhaustion,MBI,27,30,120,25.0,article
Cy 2021,ee,exhaustion,MBI,27,0,25,0,article
Ada 2019,sts,trauma,STSS,38,5,40,12.5,article
"""
STUDIES = "study,year,country\nAda 2019,2019,Peru\nBo 2020,2020,Chad\nCy 2021,2021,Fiji\n"
DECISIONS = """record,rater,stage,verdict,reason
r1,Ann,full_text,include,
r1,Ben,full_text,include,
r2,Ann,full_text,exclude,topic
r2,Ben,full_text,exclude,topic
r3,Ann,full_text,include,
r3,Ben,full_text,exclude,topic
r4,Ann,title_abstract,include,
"""
CODEBOOK = "code,theme\nstress,mind\nsleep,mind\npay,work\n"
SEGMENTS = "study,code\nAda 2019,stress\nAda 2019,sleep\nBo 2020,pay\nAda 2019,stress\n"

WHOLE = {
    "review.toml": 'title = "A small review"\nquestion = "How many?"\n[pools.ee]\ntitle = "High EE"\n',
    "screening/decisions.csv": DECISIONS,
    "extraction/studies.csv": STUDIES,
    "extraction/outcomes.csv": OUTCOMES,
    "coding/codebook.csv": CODEBOOK,
    "coding/segments.csv": SEGMENTS,
    "reported/flow.csv": FLOW,
}


def write_folder(folder, files):
    """Write files by their name within a folder; bytes as they are, text as UTF-8."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


def load_page_checks():
    """Return the module that checks pages; it lies beside the tests of pages."""
    path = Path(__file__).parents[1] / "present" / "page_checks.py"
    spec = spec_from_file_location("page_checks_of_pages", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
