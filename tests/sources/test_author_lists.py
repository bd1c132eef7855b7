"""Names and keywords in one cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.author_lists import (
    find_separator,
    is_unclear,
    split_authors,
    split_keywords,
)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Yang Z., Jiang B., McNamara M.E.", ["Yang Z.", "Jiang B.", "McNamara M.E."]),
        ("Sander PM, Pérez-de la Fuente R.", ["Sander PM", "Pérez-de la Fuente R."]),
        ("A Einstein, B Podolsky", ["A Einstein", "B Podolsky"]),
        ("Smith, J., Doe, A.B., Roe, C.", ["Smith, J.", "Doe, A.B.", "Roe, C."]),
        ("Smith, JA, Doe, B", ["Smith, JA", "Doe, B"]),
        ("Smith, J. A., Doe, B., et al.", ["Smith, J. A.", "Doe, B.", "et al."]),
        ("Smith J, Doe A, et al", ["Smith J", "Doe A", "et al"]),
        ("Smith J., Jones A., Jr., Doe B.", ["Smith J.", "Jones A., Jr.", "Doe B."]),
        ("van den Berg J., de Vries K.", ["van den Berg J.", "de Vries K."]),
        ("Ada Lovelace, Grace Hopper", ["Ada Lovelace", "Grace Hopper"]),
        ("A Smith, B Jones and C Roe", ["A Smith", "B Jones", "C Roe"]),
        ("Yang, Z. and Xu, J. and Roe, R.", ["Yang, Z.", "Xu, J.", "Roe, R."]),
        ("Yang, Z.\n and Xu, J.\n and Roe, R.\n", ["Yang, Z.", "Xu, J.", "Roe, R."]),
        ("Alves, Luciano FS; Gomes, R; ", ["Alves, Luciano FS", "Gomes, R"]),
        ("Alba Vicente|Josep Sanjuan", ["Alba Vicente", "Josep Sanjuan"]),
        ("محمدی، علی؛ رضایی، مریم", ["محمدی، علی", "رضایی، مریم"]),
        ("علی محمدی، مریم رضایی", ["علی محمدی", "مریم رضایی"]),
        ("李明, 王芳", ["李明", "王芳"]),
    ],
)
def test_several_names(cell, names):
    assert split_authors(cell) == names


@pytest.mark.parametrize(
    "name",
    ["Smith, John", "Smith, J.", "van den Berg, J.", "Dos Santos, Maria Clara", "Müller, M.",
     "World Health Organization", "Plato", "محمدی، علی"],
)  # fmt: skip
def test_one_name_stays_one(name):
    assert split_authors(name) == [name]


def test_a_column_tells_what_a_cell_cannot():
    cells = ["García López, Ana María", "Yang, Z.; Xu, J."]
    by = find_separator(cells)
    assert [split_authors(cell, by) for cell in cells] == [
        ["García López, Ana María"],
        ["Yang, Z.", "Xu, J."],
    ]


def test_an_organisation_is_not_cut_at_and_where_semicolons_separate():
    cell = "Ministry of Health and Welfare"
    assert split_authors(cell, ";") == [cell]


@pytest.mark.parametrize("cell", ["Smith, Jones, Brown, Roe", "Wang, Yi, Li, Hong"])
def test_what_cannot_be_told_stays_whole_and_is_known(cell):
    names = split_authors(cell)
    assert names == [cell]
    assert is_unclear(names)


@pytest.mark.parametrize("cell", ["", " ", ";", "| |", "and"])
def test_nothing_is_no_name(cell):
    assert [name for name in split_authors(cell) if name.strip(";| ")] == []


@given(st.lists(st.text("ABcdé. -", min_size=1).map(str.strip).filter(len), min_size=2))
def test_a_semicolon_always_separates(names):
    assert split_authors("; ".join(names)) == [" ".join(name.split()) for name in names]


@given(st.text("AaBb., -;|\n"))
def test_no_letter_is_lost(cell):
    joined = "".join(split_authors(cell))
    assert sorted(letter for letter in joined if letter.isalpha()) == sorted(
        letter for letter in cell if letter.isalpha()
    )


@pytest.mark.parametrize("piece", ["a-", " ", "A. ", ", ", "A B, ", "and ", "A"])
def test_endless_cells_end(piece):
    assert isinstance(split_authors(piece * 100_000), list)


def test_keywords():
    assert split_keywords("Models, Biological; Phylogeny;") == ["Models, Biological", "Phylogeny"]
    assert split_keywords("a|b") == ["a", "b"]
    assert split_keywords("skull, phosphate") == ["skull", "phosphate"]
    assert split_keywords("burnout") == ["burnout"]
