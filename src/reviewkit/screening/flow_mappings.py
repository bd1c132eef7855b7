"""How the steps of a review may be told as those of PRISMA 2020.

Many reviews exclude titles first and screen what is left.  They may mean, or be read as, either
of two things: titles removed before screening, as printed, or titles screened.  For PRISMA 2020
a look at titles is screening, so that the second is the one it prefers [1]_.

References
----------
.. [1] Page MJ, Moher D, Bossuyt PM, et al. PRISMA 2020 explanation and elaboration. BMJ
   2021;372:n160. doi:10.1136/bmj.n160
"""

from __future__ import annotations

from types import MappingProxyType

from reviewkit.screening.flow_keys import Count, Counts

__all__ = ["AS_REPORTED", "TITLES_BEFORE", "TITLES_SCREENED", "screen_titles"]

AS_REPORTED = "as reported"
TITLES_BEFORE = "titles removed before screening"
TITLES_SCREENED = "titles screened"


def screen_titles(counts: Counts) -> Counts:
    """Return the counts with what was removed for other reasons among the records screened.

    >>> moved = screen_titles({"other_removed": 78, "screened": 243, "excluded": 222})
    >>> moved["screened"], dict(moved["excluded"]), moved["other_removed"]
    (321, {'titles': 78, 'abstracts': 222}, 0)
    """
    titles, changed = counts["other_removed"], dict(counts)
    assert isinstance(titles, int)
    changed["other_removed"] = 0
    changed["excluded"] = _add_titles(counts.get("excluded"), titles)
    for key in ("screened", "excluded_total"):
        n = counts.get(key)
        if isinstance(n, int):
            changed[key] = n + titles
    # Records left after duplicates are no fewer than those screened: where they were as many,
    # titles had been taken off them.
    if "screened" in counts and counts.get("after_duplicates") == counts["screened"]:
        changed["after_duplicates"] = changed["screened"]
    return MappingProxyType(changed)


def _add_titles(excluded: Count | None, titles: int) -> Count:
    if excluded is None or isinstance(excluded, int):
        return MappingProxyType({"titles": titles, "abstracts": excluded})
    return MappingProxyType({"titles": titles + (excluded.get("titles") or 0),
                             **{k: n for k, n in excluded.items() if k != "titles"}})  # fmt: skip
