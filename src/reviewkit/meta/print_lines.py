"""Lines below and in a figure, as they go to print."""

import re

__all__ = ["join_signs", "name_prediction", "write_heading"]

#: Spaces at which a line would part a number from what it is of: "10 df", "95% CI 1–2", "= 0: 5".
_PARTS = re.compile(r"(?<=\d) (?=df\b)|(?<=%) (?=CI\b)|(?<=% CI) (?=[\d−])|(?<=\d:) (?=\d)")


def join_signs(line: str) -> str:
    r"""Write per cent as the headings do, and keep "P < 0.001" and "10 df" on one line.

    >>> join_signs("I² = 90.9 %, t with 10 df")
    'I²\xa0=\xa090.9%, t with 10\xa0df'
    """
    line = line.replace(" %", "%")
    for sign in "=<>":
        line = line.replace(f" {sign} ", f"\u00a0{sign}\u00a0")
    return _PARTS.sub("\u00a0", line)


def name_prediction(level: float) -> str:
    """Return what the row of a prediction interval is called.

    >>> name_prediction(0.95)
    '95% prediction interval'
    """
    return f"{100 * level:g}% prediction interval"


def write_heading(name: str) -> str:
    """Write the name of a column as a heading.

    >>> write_heading("risk_of_bias")
    'Risk of bias'
    """
    return name[:1].upper() + name[1:].replace("_", " ")
