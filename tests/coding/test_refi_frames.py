"""Codes of REFI-QDA files as frames: labels, themes, parents, and what is left out."""

import zipfile

import pytest

from reviewkit._core.errors import ParseError
from reviewkit.coding.codebook import read_codebook, read_coding
from reviewkit.coding.refi_frames import make_unique


def guid(number):
    return f"{number:08X}-0000-4000-8000-00000000000B"


def code(number, name, *inside, codable="true"):
    return (
        f'<Code guid="{guid(number)}" name="{name}" isCodable="{codable}">{"".join(inside)}</Code>'
    )


def write(path, *codes, sets="", origin="X"):
    path.write_text(
        f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="{origin}"><Codes>{"".join(codes)}</Codes>'
        f"{sets}</CodeBook>",
        encoding="utf-8",
    )
    return path


def rows(frame, *names):
    return frame[[*(names or ("code", "theme", "parent"))]].fillna("").to_numpy().tolist()


def whats(frame):
    return [entry.what for entry in frame.attrs["log"]]


def test_categories_are_themes_and_codes_are_rows(tmp_path):
    path = write(
        tmp_path / "a.qdc",
        code(1, "Work", code(2, "Load", code(3, "Hours"), codable="false"), codable="false"),
        code(4, "Trust", code(5, "Rupture")),
        code(6, "Empty", codable="0"),
    )
    frame = read_codebook(path)
    assert rows(frame, "code", "theme", "parent", "path") == [
        ["Hours", "Work", "", "Work > Load > Hours"],
        ["Trust", "Trust", "", "Trust"],
        ["Rupture", "Trust", "Trust", "Trust > Rupture"],
    ]
    assert "category without codes left out" in whats(frame)


def test_one_name_under_two_parents(tmp_path):
    path = write(
        tmp_path / "a.qdc",
        code(1, "Work", code(2, "Stress"), codable="false"),
        code(3, "Stress", code(4, "Stress", code(5, "At night"))),
    )
    assert rows(read_codebook(path)) == [
        ["Work > Stress", "Work", ""],
        ["Stress", "Stress", ""],
        ["Stress > Stress", "Stress", "Stress"],
        ["At night", "Stress", "Stress > Stress"],
    ]


@pytest.mark.parametrize(("sets", "theme"), [((1,), "key"), ((1, 2), "Trust"), ((), "Trust")])
def test_the_one_set_of_a_code_at_the_top_is_its_theme(tmp_path, sets, theme):
    groups = "".join(
        f'<Set guid="{guid(90 + number)}" name="{name}"><MemberCode guid="{guid(1)}"/></Set>'
        for number, name in ((1, "key"), (2, "new"))
        if number in sets
    )
    path = write(
        tmp_path / "a.qdc", code(1, "Trust"), sets=f"<Sets>{groups}</Sets>", origin="ATLAS.ti Win"
    )
    assert rows(read_codebook(path), "code", "theme") == [["Trust", theme]]


def test_dots_are_a_tree_in_taguette_alone(tmp_path):
    codes = code(1, "places"), code(2, "places.far"), code(3, "mind.stress")
    path = write(tmp_path / "a.qdc", *codes, origin="Taguette 1.4")
    assert rows(read_codebook(path)) == [
        ["places", "places", ""], ["places.far", "places", "places"], ["mind.stress", "mind", ""],
    ]  # fmt: skip
    other = write(tmp_path / "b.qdc", *codes, origin="NVivo")
    assert rows(read_codebook(other), "theme") == [["places"], ["places.far"], ["mind.stress"]]


def test_a_category_with_segments_is_a_code(tmp_path):
    path = tmp_path / "a.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "My project.qde",
            f'<Project xmlns="urn:QDA-XML:project:1.0" name="p"><CodeBook><Codes>{code(1, "Work", code(2, "Load"), codable="false")}'
            f'</Codes></CodeBook><Sources><TextSource guid="{guid(7)}" name="lee"><PlainTextContent>load</PlainTextContent>'
            f'<PlainTextSelection guid="{guid(8)}" startPosition="0" endPosition="4"><Coding guid="{guid(9)}">'
            f'<CodeRef targetGUID="{guid(1)}"/></Coding></PlainTextSelection></TextSource></Sources></Project>',
        )
    assert rows(read_codebook(path)) == [["Work", "Work", ""], ["Load", "Work", "Work"]]
    assert rows(read_coding(path), "study", "code", "text") == [["lee", "Work", "load"]]


def test_codes_none_of_which_can_be_assigned(tmp_path):
    path = write(
        tmp_path / "a.qdc", code(1, "Work", code(2, "Load", codable="false"), codable="false")
    )
    assert rows(read_codebook(path)) == [["Load", "Work", ""]]


def test_names_that_stay_the_same_get_a_number():
    assert make_unique([("A", "x"), ("A", "x"), ("A > x",)]) == ["A > x (2)", "A > x (3)", "A > x"]
    assert make_unique([]) == []


def test_a_codebook_without_a_code(tmp_path):
    with pytest.raises(ParseError, match="must hold a code or more"):
        read_codebook(write(tmp_path / "a.qdc"))
