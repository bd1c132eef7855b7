"""Codebooks and segments out and in again, and what other programs make of them."""

import zipfile

import pandas as pd
import pytest
from coding_cases import CODEBOOK, SEGMENTS, codings
from exchange_cases import check_schema, open_like_qualcoder, open_like_taguette
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewkit._core.errors import InputError, ParseError
from reviewkit.coding.codebook import read_codebook, read_coding
from reviewkit.coding.exchange import write_codebook, write_coding
from reviewkit.coding.texts import read_texts
from reviewkit.coding.themes import build_themes

BOOK = pd.DataFrame(
    {
        "code": ["Stress", "Work stress", "Trust", "Overtime"],
        "theme": ["Mind", "Mind", "Trust", "Work"],
        "parent": [None, "Stress", None, None],
        "definition": ["any <stress> & more", None, "“trust”", "الإرهاق"],
        "sets": ["key; new", None, "key", None],
        "colour": ["#46AA00", None, "no colour", None],
    }
)
TEXT = "Where trust 😀 grows,\nstress falls.\n"
CODED = pd.DataFrame(
    [
        ("Lee (10)", "Trust", "Ada", "trust", "lee.txt", 6, 11, "why"),
        ("Lee (10)", "Trust", "Bo", "trust 😀 grows", "lee.txt", 6, 19, None),
        ("Lee (10)", "Work stress", "Ada", "stress", "lee.txt", 21, 27, None),
        ("Lee (10)", "Stress", "Ada", "stress", "lee.txt", 21, 27, None),
        ("Knox (13)", "Stress", None, "a quote of no place", "page 3", None, None, None),
        ("Knox (13)", "Overtime", "Bo", None, "Table 2", None, None, None),
    ],
    columns=["study", "code", "coder", "text", "source", "start", "end", "memo"],
)
TEXTS = pd.DataFrame({"source": ["lee.txt"], "text": ["\ufeff" + TEXT.replace("\n", "\r\n")]})


def rows(frame, names=("study", "code", "coder", "text", "source", "memo")):
    return sorted(frame[[*names]].fillna("").astype(str).to_numpy().tolist())


class TestCodebooks:
    @pytest.mark.parametrize("ending", ["csv", "xlsx", "txt", "qdc", "qdpx"])
    def test_what_is_written_is_read_again(self, tmp_path, ending):
        path = write_codebook(BOOK, tmp_path / f"a.{ending}")
        found = read_codebook(path).set_index("code").loc[BOOK["code"]]
        for name in ("theme", "parent", "definition"):
            assert found[name].fillna("").tolist() == BOOK[name].fillna("").tolist()

    @pytest.mark.parametrize("ending", ["csv", "xlsx", "txt", "qdc", "qdpx"])
    def test_the_same_codebook_gives_the_same_bytes(self, tmp_path, ending):
        first = write_codebook(BOOK, tmp_path / f"a.{ending}").read_bytes()
        assert write_codebook(BOOK.copy(), tmp_path / f"a.{ending}").read_bytes() == first

    def test_the_schema_of_a_codebook(self, tmp_path):
        root = check_schema(write_codebook(BOOK, tmp_path / "a.qdc").read_bytes(), "codebook")
        names = [one.get("name") for one in root.iter() if one.tag.endswith("}Code")]
        assert names == ["Mind", "Stress", "Work stress", "Trust", "Work", "Overtime"]
        colours = [
            one.get("color") for one in root.iter() if one.get("name") in ("Stress", "Trust")
        ]
        assert colours == ["#46AA00", None]

    def test_sets_and_ids_are_kept(self, tmp_path):
        found = read_codebook(write_codebook(BOOK, tmp_path / "a.qdc"))
        assert found.set_index("code")["sets"].fillna("").to_dict() == {
            "Stress": "key; new", "Work stress": "", "Trust": "key", "Overtime": "",
        }  # fmt: skip
        again = read_codebook(write_codebook(found, tmp_path / "b.qdc"))
        pd.testing.assert_frame_equal(again, found)
        assert (tmp_path / "a.qdc").read_bytes() == (tmp_path / "b.qdc").read_bytes()

    def test_a_theme_of_its_own_stays_below_another_parent(self, tmp_path):
        book = pd.DataFrame({"code": ["A", "B"], "theme": ["T", "U"], "parent": [None, "A"]})
        found = read_codebook(write_codebook(book, tmp_path / "a.qdc"))
        assert found.set_index("code")["theme"].to_dict() == {"A": "T", "B": "U"}

    def test_taguette_imports_tags(self, tmp_path):
        path = write_codebook(BOOK, tmp_path / "a.csv", layout="taguette")
        assert open_like_taguette(path) == [
            ("Mind", "", ""),
            ("Work", "", ""),
            ("Stress", "any <stress> & more", "Mind"),
            ("Work stress", "", "Stress"),
            ("Trust", "“trust”", ""),
            ("Overtime", "الإرهاق", "Work"),
        ]

    def test_qualcoder_imports_a_list(self, tmp_path):
        text = write_codebook(BOOK, tmp_path / "a.txt").read_text(encoding="utf-8")
        assert text.splitlines()[:2] == [
            "Mind>>Stress\tany <stress> & more",
            "Mind>>Stress>>Work stress",
        ]

    @settings(max_examples=20)
    @given(codings())
    def test_any_codebook(self, tmp_path_factory, drawn):
        _, book = drawn
        path = write_codebook(book, tmp_path_factory.mktemp("a") / "a.qdc")
        check_schema(path.read_bytes(), "codebook")
        found = read_codebook(path)
        assert rows(found, ("code", "theme")) == rows(book, ("code", "theme"))

    def test_misuse(self, tmp_path):
        with pytest.raises(InputError, match=r"must end in \.csv, \.xlsx, \.txt, \.qdc, \.qdpx"):
            write_codebook(BOOK, tmp_path / "a.docx")
        with pytest.raises(InputError, match="layout"):
            write_codebook(BOOK, tmp_path / "a.csv", layout="nvivo")
        circle = pd.DataFrame({"code": ["A", "B"], "theme": ["", ""], "parent": ["B", "A"]})
        with pytest.raises(InputError, match="in a circle"):
            write_codebook(circle, tmp_path / "a.qdc")
        with pytest.raises(InputError, match="written as XML"):
            write_codebook(BOOK.assign(definition="bell \x07"), tmp_path / "a.qdc")
        with pytest.raises(InputError, match="without '>>' and tabs"):
            write_codebook(BOOK.assign(theme="a>>b"), tmp_path / "a.txt")
        assert list(tmp_path.iterdir()) == []


class TestSegments:
    @pytest.mark.parametrize("ending", ["csv", "xlsx", "qdpx"])
    def test_what_is_written_is_read_again(self, tmp_path, ending):
        before = CODED.copy(deep=True)
        path = write_coding(CODED, tmp_path / f"a.{ending}", codebook=BOOK, texts=TEXTS)
        found = read_coding(path)
        assert rows(found) == rows(CODED)
        placed = found[found["source"] == "lee.txt"]
        assert sorted(placed["start"].tolist()) == [6, 6, 21, 21]
        pd.testing.assert_frame_equal(CODED, before)
        assert (
            write_coding(CODED, path, codebook=BOOK, texts=TEXTS).read_bytes() == path.read_bytes()
        )

    def test_the_schema_and_qualcoder(self, tmp_path):
        path = write_coding(CODED, tmp_path / "a.qdpx", codebook=BOOK, texts=TEXTS)
        with zipfile.ZipFile(path) as archive:
            check_schema(archive.read("project.qde"), "project")
            assert all(entry.date_time[0] == 1980 for entry in archive.infolist())
        categories, codes, coded = open_like_qualcoder(path)
        assert categories == ["Mind", "Work"]
        assert codes == ["Stress", "Work stress", "Trust", "Overtime"]
        assert set(coded) == {
            ("Ada", "Trust", "trust"),
            ("Bo", "Trust", "trust 😀 grows"),
            ("Ada", "Work stress", "stress"),
            ("Ada", "Stress", "stress"),
            (None, "Stress", "a quote of no place"),
        }

    def test_texts_and_codebook_are_in_the_project(self, tmp_path):
        path = write_coding(CODED, tmp_path / "a.qdpx", codebook=BOOK, texts=TEXTS)
        texts = read_texts(path).set_index("source")
        assert texts.loc["lee.txt", "text"] == TEXT
        assert texts.loc["lee.txt", "study"] == "Lee (10)"
        assert set(read_codebook(path)["theme"]) == {"Mind", "Trust", "Work"}

    def test_the_review_of_15_challenges(self, tmp_path):
        path = write_coding(SEGMENTS, tmp_path / "a.qdpx", codebook=CODEBOOK)
        before, after = (
            build_themes(*both).to_frame()
            for both in ((SEGMENTS, CODEBOOK), (read_coding(path), read_codebook(path)))
        )
        pd.testing.assert_frame_equal(before, after)

    @settings(max_examples=15)
    @given(
        codings(),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
        st.data(),
    )
    def test_any_places_in_any_text(self, tmp_path_factory, drawn, text, data):
        from reviewkit.sources.refi_offsets import plain_text

        segments, book = drawn
        plain = plain_text(text)
        spans = [
            sorted(data.draw(st.tuples(*[st.integers(0, len(plain))] * 2)))
            for _ in range(len(segments))
        ]
        segments = segments.assign(
            source="a", start=[a for a, _ in spans], end=[b for _, b in spans]
        )
        path = tmp_path_factory.mktemp("a") / "a.qdpx"
        write_coding(
            segments, path, codebook=book, texts=pd.DataFrame({"source": ["a"], "text": [text]})
        )
        found = read_coding(path)
        names = ("study", "code", "start", "end")
        assert rows(found, names) == rows(segments, names)
        cut = [plain[a:b] for a, b in zip(found["start"], found["end"], strict=True)]
        assert found["text"].fillna("").tolist() == cut

    def test_misuse(self, tmp_path):
        path = tmp_path / "a.qdpx"
        with pytest.raises(InputError, match="6 to 99 of 35 characters"):
            write_coding(CODED.assign(end=[99, 19, 27, 27, None, None]), path, texts=TEXTS)
        with pytest.raises(InputError, match="'Where' stands there and not 'trust'"):
            write_coding(CODED.head(1).assign(start=0, end=5), path, texts=TEXTS)
        with pytest.raises(InputError, match="must be in `codebook`"):
            write_coding(CODED, path, codebook=BOOK.tail(2))
        with pytest.raises(InputError, match=r"must end in \.csv, \.xlsx, \.qdpx"):
            write_coding(CODED, tmp_path / "a.qdc")
        with pytest.raises(InputError, match="no code"):
            write_coding(CODED.assign(code=""), path)
        texts = pd.DataFrame({"source": ["a", "a"], "text": ["x", "y"]})
        with pytest.raises(InputError, match="Got two for 'a'"):
            write_coding(CODED, path, texts=texts)
        assert not path.exists()

    def test_texts_by_the_names_of_their_sources(self, tmp_path):
        first = write_coding(CODED, tmp_path / "a.qdpx", texts=TEXTS).read_bytes()
        named = dict(zip(TEXTS["source"], TEXTS["text"], strict=True))
        assert write_coding(CODED, tmp_path / "a.qdpx", texts=named).read_bytes() == first
        with pytest.raises(InputError, match="6 to 11 of 0 characters"):
            write_coding(CODED.head(1), tmp_path / "b.qdpx", texts={"lee.txt": None})


class TestTexts:
    def test_files_folders_and_encodings(self, tmp_path):
        (tmp_path / "a 10.txt").write_bytes("Zoë\r\nrests".encode("cp1252"))
        (tmp_path / "a 9.txt").write_bytes("Łucja\rrests".encode("utf-16"))
        (tmp_path / "b.txt").write_bytes(b"")
        found = read_texts(tmp_path)
        assert found["source"].tolist() == ["a 9.txt", "a 10.txt", "b.txt"]
        assert found["text"].tolist() == ["Łucja\nrests", "Zoë\nrests", ""]

    def test_misuse(self, tmp_path):
        with pytest.raises(InputError, match=r"must hold files \*\.txt"):
            read_texts(tmp_path)
        with pytest.raises(InputError, match="At least 1 file"):
            read_texts()
        path = tmp_path / "a.pdf"
        path.write_bytes(b"%PDF-1.7 ...")
        with pytest.raises(ParseError, match="a PDF document"):
            read_texts(path)
