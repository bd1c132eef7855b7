"""What review.toml says: read in full, and refused with all of its faults."""

import re
import tomllib

import pytest

from reviewkit._core.errors import InputError, ParseError
from reviewkit.review.bundled import example, example_names
from reviewkit.review.settings import KEYS, PoolSettings, SearchString, Settings, read_settings
from reviewkit.review.starter import write_starter

FULL = """
title = " Burnout "
question = "How many?"
[citation]
authors = "A B"
year = 2025
journal = "J"
doi = ""
note = "n"
[search]
databases = ["PubMed"]
registers = ["R"]
window = "2015 to 2025"
last_searched = 2025-01-31
languages = ["English"]
keywords = ["burnout"]
[[search.strings]]
database = "PubMed"
text = '"burnout"'
[[search.strings]]
text = "stress"
[criteria]
include = ["a"]
exclude = ["b", "c"]
[constructs]
"emotional exhaustion" = "high"
[raters]
names = ["Ann", "Ben"]
[pools.ee]
title = "High EE"
model = "common"
tau2 = "DL"
[pools.sts]
"""


def read(tmp_path, text):
    path = tmp_path / "review.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_settings(path)


def test_everything_is_read(tmp_path):
    settings = read(tmp_path, FULL)
    assert settings.title == "Burnout"
    assert dict(settings.citation) == {
        "authors": "A B", "year": "2025", "journal": "J", "note": "n",
    }  # fmt: skip
    assert settings.last_searched == "2025-01-31"
    assert settings.strings == (SearchString("PubMed", '"burnout"'), SearchString("", "stress"))
    assert settings.exclude == ("b", "c")
    assert dict(settings.constructs) == {"emotional exhaustion": "high"}
    assert settings.n_raters == 2
    assert settings.pools["ee"].title == "High EE"
    assert dict(settings.pools["ee"].options) == {"model": "common", "tau2": "DL"}
    assert settings.pools["sts"] == PoolSettings("sts", {})


@pytest.mark.parametrize("text", ["", "# nothing\n", "\ufefftitle = ''\n"])
def test_all_of_it_is_optional(tmp_path, text):
    assert read(tmp_path, text) == Settings()


def test_the_bundled_reviews_and_the_starter_are_read(tmp_path):
    for name in example_names():
        assert read_settings(example(name) / "review.toml").title
    write_starter(tmp_path / "new")
    assert read_settings(tmp_path / "new" / "review.toml") == Settings()


def test_the_starter_shows_every_key(tmp_path):
    text = (write_starter(tmp_path / "new") / "review.toml").read_text(encoding="utf-8")
    lines = [re.sub(r"^# ?", "", line) for line in text.splitlines()]
    code = [line for line in lines if re.match(r"""^\[|^["\w]+( \w+)*"? = """, line)]
    shown = tomllib.loads("\n".join(code))
    assert shown.keys() | {"raters"} == KEYS.keys()
    for table in ("citation", "search", "criteria"):
        assert shown[table].keys() == KEYS[table].keys(), table
    assert shown["pools"]["ee"].keys() == KEYS["pools"]["*"].keys()


def test_all_faults_are_named_at_once(tmp_path):
    text = (
        'titel = "x"\nquestion = 3\n[search]\ndatabases = "PubMed"\nstrings = ["a"]\n'
        '[raters]\nn = -1\n[pools.ee]\ntua2 = "DL"\n[pools]\nsts = 1\n[criteria]\nzzz = 1\n'
    ).replace("[pools]\nsts = 1\n", "")
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    said = str(caught.value)
    for part in (
        "unknown key 'titel' (did you mean 'title'?)",
        "'question', which must be text in quotes, as 3",
        "'search.databases', which must be a list of texts",
        "'search.strings[1]', which must be a table, as 'a'",
        "'raters.n', which must be a whole number, as -1",
        "unknown key 'pools.ee.tua2' (did you mean 'tau2'?)",
        "unknown key 'criteria.zzz' (known here: include, exclude)",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("title = Burnout\n", "must be TOML.*line 1"),
        ('title = "a"\ntitle = "b"\n', "must be TOML.*line 2"),
        (b'title = "Z\xfcrich"\n', r"text in UTF-8\. Byte 11 is not"),
        (b"\xff\xfet\x00", "text in UTF-8"),
    ],
)
def test_what_is_no_toml(tmp_path, text, match):
    with pytest.raises(ParseError, match=match):
        read(tmp_path, text)
