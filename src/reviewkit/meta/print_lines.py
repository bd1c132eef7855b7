"""Lines below and in a figure, as they go to print."""

__all__ = ["join_signs", "write_heading"]


def join_signs(line: str) -> str:
    r"""Write per cent as the headings do, and keep "P < 0.001" on one line.

    >>> join_signs("I² = 90.9 %")
    'I²\xa0=\xa090.9%'
    """
    line = line.replace(" %", "%")
    for sign in "=<>":
        line = line.replace(f" {sign} ", f"\u00a0{sign}\u00a0")
    return line


def write_heading(name: str) -> str:
    """Write the name of a column as a heading.

    >>> write_heading("risk_of_bias")
    'Risk of bias'
    """
    return name[:1].upper() + name[1:].replace("_", " ")
