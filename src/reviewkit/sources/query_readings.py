"""How platforms that differ in what they take first would read one line."""

from __future__ import annotations

from dataclasses import replace

from reviewkit._core.finding import Finding
from reviewkit.sources.query_parser import parse_line
from reviewkit.sources.query_platforms import PLATFORMS
from reviewkit.sources.query_tree import show_node

__all__ = ["add_readings"]


def add_readings(findings: tuple[Finding, ...], text: str, platform: str) -> tuple[Finding, ...]:
    """Show, with the first mixture of operators, how platforms would read the line."""
    if all(finding.rule != "query.mixed_operators" for finding in findings):
        return findings
    readings: dict[str, list[str]] = {}
    for name in ("pubmed", "scopus", "wos"):
        other = parse_line(text, platform, levels=PLATFORMS[name].levels).node
        if other is not None:
            readings.setdefault(show_node(other), []).append(PLATFORMS[name].title)
    if len(readings) < 2:
        return findings
    told = "; ".join(
        f"{' and '.join(names)}: {reading if len(reading) <= 160 else reading[:159] + '…'}"
        for reading, names in readings.items()
    )
    at = next(n for n, one in enumerate(findings) if one.rule == "query.mixed_operators")
    first = replace(findings[at], message=f"{findings[at].message} {told}.")
    return (*findings[:at], first, *findings[at + 1 :])
