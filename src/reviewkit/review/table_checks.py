"""Checks of what a text says of its tables: how many studies stand there, and about what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from reviewkit._core.check import list_some
from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count, format_percent
from reviewkit.review.printed_tables import (
    OtherTable,
    PrintedRow,
    content_words,
    list_printed_rows,
    other_tables,
    read_claims,
    read_count,
    row_words,
)
from reviewkit.review.reported import list_rows, read_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_claims", "check_groups_in_tables"]

_ALIKE = 0.6  # of the words of a group that a sentence must hold to be about it
_OF_STUDIES = ("stud", "article", "source", "paper")


def check_groups_in_tables(review: Review) -> Iterator[Finding]:
    """Hold the groups that the text counts against the rows of the tables that it names."""
    rows = list_printed_rows(review)
    if not rows:
        return
    for group in list_rows(review.reported.get("groups")):
        n, tables = read_number(group["n"]), _find_group_tables(review, group)
        held = {table: sum(row.table == table for row in rows) for table in tables}
        printed = {table: count for table, count in held.items() if count}
        if n is None or not printed or sum(printed.values()) == n:
            continue
        total, whole = sum(printed.values()), read_number(group.get("of", ""))
        if total in (whole, len(rows)):
            continue  # a table of all studies, in which the group is some of the rows
        listed = " and ".join(
            f"Table {table} holds {count} row{'s' * (count != 1)}"
            for table, count in printed.items()
        )
        share = (
            f"; {total} of {format_count(whole)} is {format_percent(total / whole, 0)}"
            if whole
            else ""
        )
        yield Finding(
            "groups.tables", "warning", group.get("where", "") or "reported/groups.csv",
            f"{group['group']}: the text counts {format_count(n)} studies, but {listed}{share}.",
            group.get("quote", ""), format_count(total), format_count(n),
            "Count the studies of each group again, and say in which table each stands.",
        )  # fmt: skip


def _find_group_tables(review: Review, group: Mapping[str, str]) -> list[str]:
    """Return the tables of a group: those that it names, else those that a sentence on it names."""
    own = group.get("tables", "")
    if own:
        return re.findall(r"\w+", own)
    words, n = content_words(group["group"]), read_number(group["n"])
    tables: list[str] = []
    for claim, named in read_claims(review):
        about = len(words & content_words(claim["claim"])) / max(len(words), 1)
        if about >= _ALIKE and read_count(claim["claim"]) == n:
            tables += named
    return list(dict.fromkeys(tables))


def check_claims(review: Review) -> Iterator[Finding]:
    """Hold each sentence about a table against what stands there."""
    rows, others = list_printed_rows(review), other_tables(review)
    claims = read_claims(review)
    if not rows:
        return
    for claim, tables in claims:
        for table in tables:
            yield from _check_kind(claim, table, rows, others)
        yield from _check_subject(claim, tables, rows)
    yield from _check_rows(claims, rows)


def _where(claim: Mapping[str, str]) -> str:
    return claim.get("where", "") or "reported/claims.csv"


def _check_kind(
    claim: Mapping[str, str], table: str, rows: list[PrintedRow], others: Mapping[str, OtherTable]
) -> Iterator[Finding]:
    """Find a sentence that names a table of studies which holds something else, or nothing."""
    text = claim["claim"].casefold()
    if any(row.table == table for row in rows) or not any(word in text for word in _OF_STUDIES):
        return
    other = others.get(table)
    if other is not None:
        if not any(word in text for word in other.fits):
            yield Finding(
                "claims.table", "warning", _where(claim),
                f"Table {table} is named for studies, but it holds {other.holds}.",
                claim.get("quote", "") or claim["claim"], "a table of studies", other.holds,
                "Name the table that holds these studies.",
            )  # fmt: skip
    else:
        known = ", ".join(dict.fromkeys(row.table for row in rows if row.table))
        yield Finding(
            "claims.table", "note", _where(claim),
            f"Table {table} is named, but no row of it was read; tables of studies are {known}.",
            claim.get("quote", "") or claim["claim"],
            fix="Add its rows to reported/rows.csv, or correct the reference.",
        )  # fmt: skip


def _check_subject(
    claim: Mapping[str, str], tables: list[str], rows: list[PrintedRow]
) -> Iterator[Finding]:
    """Find words of a sentence that stand in other tables of studies, but not in the one named."""
    own = [row for row in rows if row.table in tables]
    words = content_words(claim["claim"])
    if not own or not words or read_count(claim["claim"]) is not None:
        return
    lacking = words - row_words(own)
    if len(lacking) < len(words) / 2:
        return
    others = [row for row in rows if row.table not in tables]
    shared = [len(lacking & row_words([row])) for row in others]
    most = max(shared, default=0)
    elsewhere = [row for row, n in zip(others, shared, strict=True) if n and n == most]
    elsewhere = elsewhere if most >= len(lacking) / 2 else []
    found = (
        f" They stand in {list_some([row.name for row in elsewhere], most=3)}." if elsewhere else ""
    )
    named = " and ".join(f"Table {table}" for table in tables)
    yield Finding(
        "claims.subject", "warning" if elsewhere else "note", _where(claim),
        f"{named} should be about it, but no row there says {_quote(lacking)}.{found}",
        claim.get("quote", "") or claim["claim"], ", ".join(sorted(lacking)), "in no row",
        "Correct the reference to the table, or the description of it.",
    )  # fmt: skip


def _check_rows(
    claims: list[tuple[dict[str, str], list[str]]], rows: list[PrintedRow]
) -> Iterator[Finding]:
    """Find tables of which no sentence fits a row, and rows under a heading of other words."""
    for table in dict.fromkeys(row.table for row in rows):
        about = [claim for claim, tables in claims if tables == [table]]
        words = frozenset[str]().union(*(content_words(claim["claim"]) for claim in about))
        own = [row for row in rows if row.table == table]
        if not words:
            continue
        strangers = [row for row in own if not words & row_words([row])]
        if strangers:
            yield Finding(
                "claims.rows", "note", f"Table {table}",
                f"Said to be about {_quote(words)}; none of these words stands in "
                f"{list_some([row.name for row in strangers], most=5)}.",
                " … ".join(claim.get("quote", "") or claim["claim"] for claim in about),
                fix="Move these studies, or name the table by what it holds.",
            )  # fmt: skip


def _quote(words: frozenset[str]) -> str:
    return list_some([repr(word) for word in sorted(words)], most=6, sep=", ")
