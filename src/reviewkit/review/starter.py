"""A review folder ready to fill: headings, comments and a guide, and not one number.

:data:`TABLES` holds every table with its columns and what stands in it.  The
guide and the empty files follow from it, and so does what the reader of a folder
knows: a table with nothing but its heading is not filled yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from types import MappingProxyType
from typing import NamedTuple

from reviewkit._core.errors import InputError

__all__ = ["TABLES", "StarterTable", "write_starter"]


class StarterTable(NamedTuple):
    """A file of a review folder."""

    columns: tuple[str, ...]
    about: str  # one line for the guide
    help: tuple[str, ...] = ()  # a line a column that needs words


def write_starter(folder: str | Path) -> Path:
    """Write a review folder ready to fill.

    Parameters
    ----------
    folder : str or Path
        A new folder, or one that is empty.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If there is a file of that name, or a folder that holds something.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     made = write_starter(Path(place) / "my-review")
    ...     sorted(path.name for path in made.iterdir())[:4]
    ['README.txt', 'appraisal', 'coding', 'extraction']
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = "a folder that holds files" if folder.is_dir() else "a file"
        raise InputError(
            f"A new review must have a folder of its own. {folder} is {what}, "
            f"and nothing is overwritten. Choose another name."
        )
    for name in ("searches", "screening", "extraction", "coding", "appraisal", "reported"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    # The mark at the start lets a spreadsheet read accents as they are.
    for name, table in TABLES.items():
        (folder / name).write_bytes(("\ufeff" + ",".join(table.columns) + "\n").encode())
    (folder / "review.toml").write_bytes(_SETTINGS.encode())
    (folder / "README.txt").write_bytes(_guide().encode())
    return folder


def _guide() -> str:
    """Return the text that explains each file."""
    lines = [_WELCOME]
    for name, table in TABLES.items():
        columns = f"columns: {', '.join(table.columns)}"
        lines += [name, f"  {table.about}"]
        lines += wrap(columns, 84, initial_indent="  ", subsequent_indent="    ")
        lines += [f"    {line}" for line in table.help]
        lines.append("")
    return "\n".join([*lines, _FAREWELL])


_WELCOME = """\
A review in a folder
====================

Every file is optional: fill in what you have, delete what you do not need. A table
with nothing but its heading counts as not filled yet. Tables may be csv, xlsx or
ods; a spreadsheet keeps the same name with its own ending (studies.xlsx). Columns
of your own may follow those below. A blank cell means: not known. It never means 0.

  reviewkit check  .    says what does not add up, and how to mend it
  reviewkit report .    writes report.html, one page to read, send or print

review.toml
  Title, question, search, criteria and how to pool. Its comments explain it.

searches/
  The exports of your searches, one file a database, any format: RIS, MEDLINE, Web of
  Science, EndNote, BibTeX, CSL-JSON, csv, xlsx. Name each file after its database, as
  pubmed.ris. Records, duplicates and, with the decisions, the flow are made of them.

screening/
  What your screening tool exports (Rayyan, Covidence, ASReview, Abstrackr), or
  decisions.csv. Optional beside it: duplicates.csv (left, right, duplicate: verdicts on
  pairs), links.csv (report, study: several reports of one study), not_retrieved.csv
  (record, reason).
"""

_FAREWELL = """\
In reported/, every table may also have the columns `where` (section or table of the
manuscript) and `quote` (the figure with a word or two). Write numbers there exactly
as they are printed: 8.0 says more than 8.
"""

_SETTINGS = """\
# About the review. A line that starts with # is a comment: remove the # to use it.
# Text stands in straight quotes, a list in square brackets.

title = ""
question = ""

# [citation]
# authors = "Family A, Family B"
# year = 2025
# journal = ""
# doi = ""
# note = ""

# [search]
# databases = ["PubMed", "PsycINFO"]
# registers = []
# window = "2015 to 2025"
# last_searched = 2025-01-31
# languages = ["English"]
# keywords = ["burnout", "psychotherapist"]
#
# One block for each database:
# [[search.strings]]
# database = "PubMed"
# text = '"burnout" AND "psychotherapist"'

# [criteria]
# include = ["About psychotherapists", "Reports a prevalence"]
# exclude = ["Students only"]

# What the review means by its terms:
# [constructs]
# "emotional exhaustion" = "High score on the emotional exhaustion scale of the MBI"

# [raters]
# names = ["AB", "CD"]

# How to pool the rows of extraction/outcomes.csv whose column `outcome` is "ee". Without
# this block: random effects, logits, REML, the Hartung-Knapp interval.
# [pools.ee]
# title = "High emotional exhaustion"
# model = "random"        # or "common"
# transform = "logit"
# tau2 = "REML"           # or "DL", "PM", "ML", "EB", "HE", "HS", "SJ"
# ci = "HK"               # or "HK-adhoc", "z", "t"
# prediction = "t"        # or "HTS", "z"
# tau2_ci = "Q-profile"     # profile
# mix = "refuse"            # allow: pool rows that measure different things
"""

#: Every table of a review folder.
TABLES: Mapping[str, StarterTable] = MappingProxyType(
    {
        "screening/decisions.csv": StarterTable(
            ("record", "rater", "stage", "verdict", "reason", "decided_at"),
            "Who decided what about which record: one row a record, rater and stage.",
            (
                "stage: title_abstract or full_text",
                "verdict: include, exclude or maybe",
                "Or one row a record: the column record, then one column a rater.",
            ),
        ),
        "extraction/studies.csv": StarterTable(
            ("study", "authors", "year", "title", "journal", "doi", "country", "population"),
            "One row a study. `study` is its label everywhere else, such as Ewer 2015.",
        ),
        "extraction/outcomes.csv": StarterTable(
            ("study", "outcome", "construct", "instrument", "cutoff", "events", "total", "percent",
             "source"),
            "One row a study and outcome. Rows with one `outcome` are pooled.",
            (
                "outcome: a short key of your own, such as ee",
                "events: how many people, of how many (total); whole numbers",
                "percent: as the study prints it; it is checked against events and total",
            ),
        ),
        "coding/codebook.csv": StarterTable(
            ("code", "theme", "parent", "definition"), "The codes and the theme of each."
        ),
        "coding/segments.csv": StarterTable(
            ("study", "code", "coder", "text", "source", "start", "end"),
            "One row a coded piece of text. Themes are counted in studies, not in rows.",
        ),
        "appraisal/jbi.csv": StarterTable(
            ("study", "item", "judgement", "note"),
            "Quality of each study, one row an item; jbi, hoy, axis, nos, mmat, rob2 by the name of the file.",
        ),
        "reported/flow.csv": StarterTable(
            ("box", "n", "where", "quote"),
            "The flow of records, one row a box; leave out what is not reported.",
            (
                "box: identified, databases:PubMed, registers:NAME, duplicates_removed,",
                "  automation_removed, other_removed, screened, excluded, sought, not_retrieved,",
                "  assessed, reports_excluded:Wrong population, new_studies, new_reports, ...",
            ),
        ),
        "reported/agreement.csv": StarterTable(
            ("stage", "coefficient", "value", "percent", "n", "included", "label", "where", "quote"),
            "Agreement of the raters as printed, such as a kappa of 0.81.",
        ),
        "reported/scale.csv": StarterTable(
            ("label", "lower", "upper", "description", "where", "quote"),
            "The words that the review gives to a kappa, as printed.",
        ),
        "reported/groups.csv": StarterTable(
            ("grouping", "group", "n", "percent", "of", "where", "quote"),
            "How the text divides the studies into groups.",
        ),
        "reported/rows.csv": StarterTable(
            ("table", "row", "study", "reference", "title", "population", "location", "year", "n",
             "instrument", "finding", "where", "quote"),
            "The study tables as printed.",
        ),
        "reported/percentages.csv": StarterTable(
            ("id", "set", "percent", "kind", "n", "events", "sums_to", "where", "quote"),
            "Percentages as printed; rows of one `set` share a denominator.",
            (
                "kind: point, total, bound (more than, at most) or approximate",
                "sums_to: the rows that a total is made of, as P13+P14",
            ),
        ),
        "reported/themes.csv": StarterTable(
            ("theme", "code", "reference", "where", "quote"), "The themes as printed."
        ),
        "reported/pools.csv": StarterTable(
            ("outcome", "estimate", "ci_low", "ci_high", "i2", "k", "n", "transform", "tau2", "ci",
             "where", "quote"),
            "Pooled results as printed.",
        ),
        "reported/claims.csv": StarterTable(
            ("claim", "references", "where", "quote"), "What the text says, and what it cites."
        ),
    }
)  # fmt: skip
