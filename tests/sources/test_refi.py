"""REFI-QDA files: what is read from those of other programs, and what is refused."""

import zipfile
from pathlib import Path

import pytest
from refi_cases import CODES, SOURCE, guid, pack, project, selection, spread

from reviewkit._core.errors import ParseError
from reviewkit.sources.refi import looks_like_refi, read_refi
from reviewkit.sources.refi_parts import clean_guid

TEXT = "One line\nburnout here\nand more stress\n"
QDA = Path(__file__).parents[3] / "shared" / "formats" / "qda"


def read(path):
    return read_refi(path.read_bytes(), path)


def whats(found):
    return [note.what for note in found.notes]


class TestAgainstReferences:
    """Codebooks that programs wrote, published in their tests."""

    def test_atlas_has_a_set(self):
        path = QDA / "atlasti_23_codebook_from_public_test.qdc"
        if not path.exists():
            pytest.skip("the codebook of ATLAS.ti is not beside the checkout")
        found = read(path)
        assert found.origin == "ATLAS.ti Win 23.4.0"
        (code,) = found.codes
        assert (code.name, code.description, code.colour) == ("code1", "description", "#46AA00")
        assert code.sets == ("code group 1",)

    def test_taguette_has_no_tree(self):
        path = QDA / "taguette_codebook_from_public_test.qdc"
        if not path.exists():
            pytest.skip("the codebook of Taguette is not beside the checkout")
        found = read(path)
        assert [code.name for code in found.codes] == [
            "interesting",
            "people",
            "interesting.places",
        ]
        assert not any(code.above or code.sets for code in found.codes)


class TestWriters:
    """What writers do differently."""

    @pytest.mark.parametrize(
        "namespace", [' xmlns="urn:QDA-XML:project:1.0"', "", ' xmlns="urn:QDA-XML:codebook:0:4"']
    )
    @pytest.mark.parametrize("folder", ["Sources", "sources"])
    def test_any_namespace_and_folder(self, tmp_path, namespace, folder):
        start, end = spread(TEXT, "burnout")[0]
        qde = project(selection(start, end), namespace=namespace)
        found = read(pack(tmp_path / "a.qdpx", qde, {f"{SOURCE}.txt": TEXT}, folder=folder))
        assert [(one.start, one.end) for one in found.segments] == [(start, end)]
        assert found.sources[0].text == TEXT

    def test_prefixed_names(self, tmp_path):
        path = tmp_path / "a.qdc"
        text = (
            '<q:CodeBook xmlns:q="urn:QDA-XML:project:1.0"><q:Codes><q:Code guid="{%s}" name="A" '
            'isCodable="true"><q:Description>why</q:Description></q:Code></q:Codes></q:CodeBook>'
        )
        given = guid(1).lower().replace("-", "\u2010")
        path.write_text(text.replace("%s", given), encoding="utf-8")
        (code,) = read(path).codes
        assert (code.guid, code.description) == (guid(1), "why")

    def test_utf_16_and_a_byte_order_mark(self, tmp_path):
        for encoding in ("utf-16", "utf-8-sig"):
            path = tmp_path / "a.qdc"
            declared = encoding.removesuffix("-sig")
            path.write_bytes(
                f'<?xml version="1.0" encoding="{declared}"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0">'
                f"{CODES}</CodeBook>".encode(encoding)
            )
            assert looks_like_refi(path.read_bytes(), path)
            assert len(read(path).codes) == 4

    def test_nested_codes_come_after_their_parents(self, tmp_path):
        found = read(pack(tmp_path / "a.qdpx", project(), {f"{SOURCE}.txt": TEXT}))
        above = {code.guid: code.above for code in found.codes}
        assert above == {guid(10): (), guid(11): (guid(10),), guid(12): (), guid(13): (guid(12),)}
        assert [code.codable for code in found.codes] == [False, True, True, True]

    def test_a_case_is_the_study_of_its_sources(self, tmp_path):
        cases = f'<Cases><Case guid="{guid(5)}" name="Lee (10)"><SourceRef targetGUID="{SOURCE}"/></Case></Cases>'
        found = read(pack(tmp_path / "a.qdpx", project(cases=cases), {f"{SOURCE}.txt": TEXT}))
        assert found.sources[0].study == "Lee (10)"
        twice = cases.replace("</Cases>", cases[7:-8].replace("Lee", "Knox") + "</Cases>")
        found = read(pack(tmp_path / "b.qdpx", project(cases=twice), {f"{SOURCE}.txt": TEXT}))
        assert found.sources[0].study == ""
        assert "in 2 cases; the source is the study" in whats(found)

    def test_two_coders_of_one_name_are_two(self, tmp_path):
        users = (
            f'<Users><User guid="{guid(1)}" name="Ada"/><User guid="{guid(2)}" name="Ada"/></Users>'
        )
        found = read(pack(tmp_path / "a.qdpx", project(users=users), {f"{SOURCE}.txt": TEXT}))
        assert found.users == {guid(1): "Ada", guid(2): "Ada (2)"}
        assert "two coders of one name" in whats(found)

    def test_sets_of_a_project(self, tmp_path):
        sets = f'<Sets><Set guid="{guid(7)}" name="Key"><MemberCode targetGUID="{guid(13)}"/></Set></Sets>'
        found = read(pack(tmp_path / "a.qdpx", project(sets=sets), {f"{SOURCE}.txt": TEXT}))
        assert [code.sets for code in found.codes] == [(), (), (), ("Key",)]

    def test_a_text_within_the_file_and_a_page_behind_a_pdf(self, tmp_path):
        more = (
            f'<PDFSource guid="{guid(21)}" name="knox.pdf" path="internal://x.pdf"><PDFSelection guid="{guid(40)}" '
            f'page="1"><Coding guid="{guid(41)}"><CodeRef targetGUID="{guid(12)}"/></Coding></PDFSelection>'
            f'<Representation guid="{guid(22)}"><PlainTextContent>{TEXT}</PlainTextContent>'
            f"{selection(9, 16, number=50)}</Representation></PDFSource>"
        )
        found = read(pack(tmp_path / "a.qdpx", project(more=more), {f"{SOURCE}.txt": TEXT}))
        places = [(one.code, one.start, one.end) for one in found.segments]
        assert sorted(places, key=str) == sorted(
            [(guid(12), None, None), (guid(11), 9, 16)], key=str
        )
        assert found.sources[1].text == TEXT
        assert "selection on a page: its place is not read" in whats(found)

    def test_what_is_left_out_is_in_the_log(self, tmp_path):
        parts = [
            selection(0, 3, code="", memo="a memo"),
            selection(0, 3, code="", number=60),
            selection(0, 3, code=guid(99), number=70),
            selection(0, 3, code=guid(5), number=80),
            selection(0, 999, number=90),
        ]
        cases = f'<Cases><Case guid="{guid(5)}" name="Lee"/></Cases>'
        found = read(
            pack(tmp_path / "a.qdpx", project(*parts, cases=cases), {f"{SOURCE}.txt": TEXT})
        )
        assert len(found.segments) == 1
        assert set(whats(found)) == {
            "selection with a memo and no code left out",
            "selection without a code left out",
            "coding to no code of the codebook left out",
            "coding to a case left out",
            f"places 0 to 999 are beyond the text of {len(TEXT)} characters",
        }

    def test_texts_elsewhere_are_not_followed(self, tmp_path):
        outside = tmp_path / f"{SOURCE}.txt"
        outside.write_text("secret")
        for place in (
            f"absolute://{outside}",
            f"relative:///{SOURCE}.txt",
            f"internal://../{SOURCE}.txt",
        ):
            qde = project(selection(0, 3)).replace(f"internal://{SOURCE}.txt", place)
            found = read(pack(tmp_path / "a.qdpx", qde, {}))
            assert found.sources[0].text is None
            assert [(one.start, one.end) for one in found.segments] == [(0, 3)]
            assert any("text " in what for what in whats(found))


class TestMisuse:
    @pytest.mark.parametrize(
        "name", ["../evil.txt", "/evil.txt", "C:\\evil.txt", "..\\evil.txt", "a/../../evil.txt"]
    )
    def test_entries_that_point_outside(self, tmp_path, name):
        path = tmp_path / "a.qdpx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("project.qde", project())
            archive.writestr(name, "x")
        with pytest.raises(ParseError, match="point outside of it"):
            read(path)
        assert sorted(tmp_path.iterdir()) == [path]

    def test_a_link(self, tmp_path):
        path, link = tmp_path / "a.qdpx", zipfile.ZipInfo("Sources/a.txt")
        link.external_attr = 0o120777 << 16
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("project.qde", project())
            archive.writestr(link, "/etc/hostname")
        with pytest.raises(ParseError, match="point outside of it"):
            read(path)

    def test_a_bomb(self, tmp_path):
        path = tmp_path / "a.qdpx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("project.qde", project())
            archive.writestr("Sources/bomb.txt", b"\0" * (20 * 2**20))
        with pytest.raises(ParseError, match=r"grows .* times when unpacked"):
            read(path)

    def test_entities_and_damage(self, tmp_path):
        path = tmp_path / "a.qdc"
        path.write_text(
            '<!DOCTYPE a [<!ENTITY x "y">]><CodeBook xmlns="urn:QDA-XML:codebook:1.0"/>'
        )
        with pytest.raises(ParseError, match="without entities"):
            read(path)
        path.write_text('<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>')
        with pytest.raises(ParseError, match="well-formed"):
            read(path)
        path.write_bytes(b"PK\x03\x04 and no more")
        path = path.rename(tmp_path / "a.qdpx")
        with pytest.raises(ParseError, match="damaged zip archive"):
            looks_like_refi(path.read_bytes(), path)

    def test_an_id_twice(self, tmp_path):
        path = tmp_path / "a.qdc"
        one = f'<Code guid="{guid(1)}" name="%s" isCodable="true"/>'
        path.write_text(f"<CodeBook><Codes>{one % 'A'}{one % 'B'}</Codes></CodeBook>")
        with pytest.raises(ParseError, match="'B' has that of 'A'"):
            read(path)

    def test_another_root(self, tmp_path):
        path = tmp_path / "a.qdc"
        path.write_text('<Thing xmlns="urn:QDA-XML:codebook:1.0"/>')
        with pytest.raises(ParseError, match="root is 'thing'"):
            read(path)


def test_what_is_no_id_stays():
    assert clean_guid(" node-7 ") == "node-7"
    assert clean_guid(None) == ""
