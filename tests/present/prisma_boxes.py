"""The PRISMA 2020 flow as a drawing: from counts, as `prisma_flow` takes them, to boxes.

In the library this stands in ``screening/flow.py``.  The wording is that of the official
templates, letter by letter.
"""

from reviewkit.present.flow_chart import Box, FlowChart, Line, Run, Stage

TEMPLATES = ("new-v1", "new-v2", "updated-v1", "updated-v2")

STEPS = {
    "previous": ("head", "included"),
    "databases": ("head", "identified", "screened", "sought", "assessed"),
    "other": ("head", "identified", "sought", "assessed"),
}


def flow_chart(counts, template, *, stacked=False, notes=(), faults=None):
    """Describe the flow of a review by one of the four templates.

    The ways into the review stand abreast, as in the template, or `stacked`, for a single
    column of a journal.
    """
    updated, other = template.startswith("updated"), template.endswith("v2")
    arms = ["previous"] * updated + ["databases"] + ["other"] * other
    place = _stack(arms) if stacked else _set_abreast(arms)
    boxes = [box for arm in arms for box in _ARMS[arm](counts, place[arm], updated)]
    last = max(box.row for box in boxes) + 1
    column = place["databases"]["assessed"][1]
    boxes += _included(counts, last, column, updated)
    names = {box.id for box in boxes}
    return FlowChart(
        title=f"PRISMA 2020 flow diagram ({template})",
        boxes=tuple(boxes),
        arrows=tuple(pair for pair in _arrows(updated) if names.issuperset(pair)),
        stages=_stages(place, arms, last, max(box.row for box in boxes)),
        notes=tuple(notes),
        faults=faults or {},
    )


def count(n):
    """Return a number as the templates print it; the spaces do not break."""
    said = "not reported" if n is None else f"{n:,}"
    return f"(n\u00a0=\u00a0{said})".replace("not reported", "not\u00a0reported")


def _set_abreast(arms):
    """Ways into the review side by side, the same steps in the same rows."""
    rows = {"head": 0, "identified": 1, "included": 1, "screened": 2, "sought": 3, "assessed": 4}
    place, column = {}, 0
    for arm in arms:
        place[arm] = {step: (rows[step], column) for step in STEPS[arm]} | {"across": 1}
        column += 1 if arm == "previous" else 2
    return place


def _stack(arms):
    """Ways into the review one below the other, for a single column of a journal."""
    place, row = {}, 0
    for arm in arms:
        place[arm] = {step: (row + i, 0) for i, step in enumerate(STEPS[arm])} | {"across": 2}
        row += len(STEPS[arm])
    return place


def _total(counts, key, parts):
    total = counts.get(key)
    if total is None and isinstance(parts, dict) and parts and None not in parts.values():
        total = sum(parts.values())
    return parts if total is None and not isinstance(parts, dict) else total


def _listed(counts, name, label):
    """One line for all databases, then one a database."""
    parts = counts.get(name)
    lines = [Line.of(f"{label} {count(_total(counts, f'{name}_total', parts))}", level=1)]
    named = parts if isinstance(parts, dict) else {}
    return lines + [Line.of(f"{part} {count(n)}", level=2) for part, n in named.items()]


def _reasons(counts, key):
    """Return reasons by number; those of 0 are left out, those not counted come last."""
    reasons = counts.get(key)
    if isinstance(reasons, int):
        return [Line.of(f"Reasons not reported {count(reasons)}", level=1)]
    if reasons is None:
        return [Line.of(count(None), level=1)]
    ranked = sorted(reasons.items(), key=lambda item: -(item[1] or 0))
    lines = [Line.of(f"{reason} {count(n)}", level=1) for reason, n in ranked if n != 0]
    return lines or [Line.of(count(0), level=1)]


def _plain(counts, key, label):
    """A step that has one number and nothing else."""
    n = counts.get(key)
    if isinstance(n, dict):
        parts = [Line.of(f"{part} {count(m)}", level=1) for part, m in n.items()]
        return (Line.of(label), Line.of(count(_total(counts, f"{key}_total", n))), *parts)
    return (Line.of(label), Line.of(count(n)))


def _previous(counts, place, updated):
    keys = ("previous_studies", "previous_reports")
    texts = ("Studies included in previous version of review",
             "Reports of studies included in previous version of review")  # fmt: skip
    across = place["across"]
    head = Box("previous-head", *place["head"], (_title("Previous studies"),), look="side-head",
               across=across)  # fmt: skip
    lines = tuple(Line.of(f"{t} {count(counts.get(k))}") for k, t in zip(keys, texts, strict=True))
    return [head, Box("previous", *place["included"], lines, keys, look="side", across=across)]


def _title(text):
    return Line((Run(text, bold=True),))


def _databases(counts, place, updated):
    new = "new " if updated else ""
    removed = ("duplicates_removed", "automation_removed", "other_removed")
    labels = ("Duplicate records removed", "Records marked as ineligible by automation tools",
              "Records removed for other reasons")  # fmt: skip
    (row, column), beside = place["identified"], place["identified"][1] + 1
    lines = [Line.of(f"{t} {count(counts.get(k))}", level=1)
             for k, t in zip(removed, labels, strict=True)]  # fmt: skip
    before = Line.of("Records removed ", Run("before screening", italic=True), ":")
    found = [Line.of("Records identified from*:"), *_listed(counts, "databases", "Databases"),
             *_listed(counts, "registers", "Registers")]  # fmt: skip
    title = f"Identification of {new}studies via databases and registers"
    step = {name: place[name][0] for name in ("screened", "sought", "assessed")}
    return [
        Box("databases-head", *place["head"], (_title(title),), look="head", across=2),
        Box("identified", row, column, tuple(found), ("databases", "registers")),
        Box("removed", row, beside, (before, *lines), removed),
        _simple("screened", step["screened"], column, counts, "Records screened"),
        _simple("excluded", step["screened"], beside, counts, "Records excluded**"),
        *_reports(counts, step, column, ""),
    ]


def _other(counts, place, updated):
    keys = ("websites", "organisations", "citation_searching")
    labels = ("Websites", "Organisations", "Citation searching")
    row, column = place["identified"]
    lines = [Line.of(f"{t} {count(counts.get(k))}", level=1)
             for k, t in zip(keys, labels, strict=True)]  # fmt: skip
    found = (Line.of("Records identified from:"), *lines)
    new = "new " if updated else ""
    title = _title(f"Identification of {new}studies via other methods")
    step = {name: place[name][0] for name in ("sought", "assessed")}
    return [
        Box("other-head", *place["head"], (title,), look="side-head", across=2),
        Box("other_identified", row, column, found, keys, look="side"),
        *_reports(counts, step, column, "other_"),
    ]


def _simple(key, row, column, counts, label, look="step"):
    return Box(key, row, column, _plain(counts, key, label), (key,), look)


def _reports(counts, step, column, arm):
    """From reports sought to reports excluded: the same in both ways."""
    look = "side" if arm else "step"
    reasons = f"{arm}reports_excluded"
    why = (Line.of("Reports excluded:"), *_reasons(counts, reasons))
    sought, assessed = step["sought"], step["assessed"]
    return [
        _simple(f"{arm}sought", sought, column, counts, "Reports sought for retrieval", look),
        _simple(f"{arm}not_retrieved", sought, column + 1, counts, "Reports not retrieved", look),
        _simple(f"{arm}assessed", assessed, column, counts, "Reports assessed for eligibility",
                look),
        Box(reasons, assessed, column + 1, why, (reasons,), look),
    ]  # fmt: skip


def _included(counts, row, column, updated):
    new = ("new_studies", "new_reports")
    lines = ("New studies included in review", "Reports of new included studies")
    total = ("Total studies included in review", "Reports of total included studies")
    if not updated:
        lines = ("Studies included in review", "Reports of included studies")
    boxes = [Box("included", row, column, _pair(counts, new, lines), new)]
    if updated:
        keys = ("total_studies", "total_reports")
        boxes.append(Box("total", row + 1, column, _pair(counts, keys, total), keys))
    return boxes


def _pair(counts, keys, labels):
    return tuple(
        line
        for key, label in zip(keys, labels, strict=True)
        for line in (Line.of(label), Line.of(count(counts.get(key))))
    )


def _arrows(updated):
    yield from (
        ("identified", "removed"), ("identified", "screened"), ("screened", "excluded"),
        ("screened", "sought"), ("sought", "not_retrieved"), ("sought", "assessed"),
        ("assessed", "reports_excluded"), ("assessed", "included"),
        ("other_identified", "other_sought"), ("other_sought", "other_not_retrieved"),
        ("other_sought", "other_assessed"), ("other_assessed", "other_reports_excluded"),
        ("other_assessed", "included"), ("included", "total"), ("previous", "total"),
    )  # fmt: skip


def _stages(place, arms, first_included, last):
    """Name the rows; stacked ways into the review have their own stages each."""
    stages = []
    for arm in arms:
        steps = place[arm]
        if arm == "previous" or (arm == "other" and steps["head"][0] == 0):
            continue
        first = "screened" if "screened" in steps else "sought"
        top = steps["identified"][0]
        if arm == "databases" and "previous" in place:
            top = min(top, place["previous"]["included"][0])
        stages += [Stage("Identification", top, steps["identified"][0]),
                   Stage("Screening", steps[first][0], steps["assessed"][0])]  # fmt: skip
    return (*stages, Stage("Included", first_included, last))


_ARMS = {"previous": _previous, "databases": _databases, "other": _other}
