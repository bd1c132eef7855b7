"""Folders and archives of decisions: joined by record, and refused where they could do harm."""

import io
import stat
import struct
import zipfile

import pytest
from decision_cases import archive, articles, inclusion, log
from source_cases import write

from reviewkit._core.errors import InputError, ParseError
from reviewkit.agreement.raters import rater_agreement
from reviewkit.sources import decision_files
from reviewkit.sources.decision_labels import hide_addresses, label_people, relabel
from reviewkit.sources.decisions import read_decision_files, read_decisions

ADA = "record,decision,reason\n1,yes,\n2,no,wrong population\n3,maybe,\n"
BO = "record,decision,reason\n1,yes,\n2,yes,\n4,no,wrong design\n"


def rows(frame, *columns):
    return frame[list(columns or ("record", "rater", "verdict"))].fillna("").to_numpy().tolist()


class TestFolder:
    def test_one_file_a_reviewer(self, tmp_path):
        write(tmp_path, ADA, "Ada.csv")
        write(tmp_path, BO, "Bo.csv")
        frame = read_decisions(tmp_path, stage="full text")
        assert rows(frame, "record", "rater", "verdict", "reason") == [
            ["1", "Ada", "include", ""], ["2", "Ada", "exclude", "wrong population"],
            ["3", "Ada", "maybe", ""], ["1", "Bo", "include", ""], ["2", "Bo", "include", ""],
            ["4", "Bo", "exclude", "wrong design"],
        ]  # fmt: skip
        assert frame.attrs["counts"].stages == (("full_text", 4, 0, 2, 2, 0),)
        assert rater_agreement(frame).n_items == 2
        zipped = write(tmp_path.parent, archive({"Ada.csv": ADA, "Bo.csv": BO}), "both.zip")
        assert read_decisions(zipped, stage="full text").equals(frame)

    def test_a_rater_named_within_a_file_keeps_the_name(self, tmp_path):
        write(tmp_path, "record,Ada\n1,yes\n", "first.csv")
        write(tmp_path, "record,rater,verdict\n1,Bo,no\n", "second.csv")
        assert rows(read_decisions(tmp_path)) == [["1", "Ada", "include"], ["1", "Bo", "exclude"]]

    def test_one_address_in_two_files_is_one_person(self, tmp_path):
        write(tmp_path, "record,rater,verdict\n1,Ada@x.org,yes\n", "a.csv")
        write(tmp_path, "record,bo@x.org,ADA@X.ORG\n2,no,yes\n", "b.csv")
        frame = read_decisions(tmp_path)
        assert len(set(frame["rater"])) == 2
        ada = frame.loc[frame["record"] == "1", "rater"].item()
        assert (
            frame.loc[(frame["record"] == "2") & (frame["verdict"] == "include"), "rater"].item()
            == ada
        )
        assert "@" not in frame.to_csv() + frame.attrs["log"].to_frame().to_csv()

    def test_a_copy_is_taken_once_and_said(self, tmp_path):
        text = "record,rater,verdict\n1,Ada,yes\n1,Bo,no\n"
        write(tmp_path, text, "a.csv")
        write(tmp_path, text + "2,Bo,no\n", "b.csv")
        frame = read_decisions(tmp_path)
        assert len(frame) == 3
        said = frame.attrs["log"].to_frame()["what"]
        assert said.str.contains("that another file holds too: 2, taken once").any()

    def test_two_files_that_contradict_each_other(self, tmp_path):
        write(tmp_path, "record,rater,verdict\n1,Ada,yes\n", "a.csv")
        write(tmp_path, "record,rater,verdict\n1,Ada,no\n", "b.csv")
        message = r"'Ada' on '1' \(include in a.csv line 2, exclude in b.csv line 2\)"
        with pytest.raises(InputError, match=message):
            read_decisions(tmp_path)

    def test_undecided_in_one_file_and_decided_in_another(self, tmp_path):
        write(tmp_path, "record,Ada\n1,\n2,yes\n", "a.csv")
        write(tmp_path, "record,Ada\n1,no\n", "b.csv")
        frame = read_decisions(tmp_path)
        assert rows(frame) == [["2", "Ada", "include"], ["1", "Ada", "exclude"]]
        assert frame.attrs["counts"].stages == (("", 2, 0, 2, 0, 0),)

    def test_files_beside_the_exports_are_passed_over_and_said(self, tmp_path):
        write(tmp_path, ADA, "Ada.csv")
        write(tmp_path, "notes", "README.md")
        write(tmp_path, b"\0\0", ".DS_Store")
        (tmp_path / "old").mkdir()
        log_ = read_decisions(tmp_path).attrs["log"].to_frame()
        assert log_.loc[log_["what"].str.contains("not read"), "before"].tolist() == [
            "README.md",
            "old/",
        ]

    def test_projects_of_other_data_are_not_joined(self, tmp_path):
        write(tmp_path, "record_id,title,asreview_label\n0,A title,1\n", "ada.csv")
        write(tmp_path, "record_id,title,asreview_label\n0,Another,1\n", "bo.csv")
        with pytest.raises(InputError, match="'0' is 'A title' and 'Another'"):
            read_decisions(tmp_path)

    @pytest.mark.parametrize("text", ["title,year\na,1\n", "%PDF-1.4"])
    def test_a_file_that_holds_no_decisions_is_named(self, text, tmp_path):
        write(tmp_path, ADA, "Ada.csv")
        write(tmp_path, text, "broken.csv")
        with pytest.raises(ParseError, match=r"'broken\.csv' must hold"):
            read_decisions(tmp_path)

    def test_an_empty_folder(self, tmp_path):
        with pytest.raises(InputError, match=r"must hold files of decisions\. Found nothing"):
            read_decisions(tmp_path)

    def test_nothing_at_all(self, tmp_path):
        with pytest.raises(InputError, match="Found nothing"):
            read_decisions(tmp_path / "none.zip")


class TestChosenFiles:
    def test_as_a_folder_that_holds_these_alone(self, tmp_path):
        paths = [write(tmp_path, ADA, "Ada.csv"), write(tmp_path, BO, "Bo.csv")]
        whole = read_decisions(tmp_path)
        write(tmp_path, "no,table\n", "other.csv")
        frame = read_decision_files(paths)
        assert frame.equals(whole)
        assert frame.attrs["log"].to_frame().equals(whole.attrs["log"].to_frame())
        assert frame.attrs["counts"] == whole.attrs["counts"]

    def test_one_file_as_it_is_read_by_itself(self, tmp_path):
        path = write(tmp_path, "record,Ada,Bo\n1,yes,no\n", "both.csv")
        assert read_decision_files([path]).equals(read_decisions(path))
        zipped = write(tmp_path, archive({"Ada.csv": ADA}), "one.zip")
        assert set(read_decision_files([zipped])["rater"]) == {"Ada"}

    def test_an_archive_beside_a_file(self, tmp_path):
        paths = [write(tmp_path, ADA, "Ada.csv"), write(tmp_path, archive({"Bo.csv": BO}), "b.zip")]
        frame = read_decision_files(paths)
        assert frame["rater"].value_counts().to_dict() == {"Ada": 3, "Bo": 3}

    def test_two_files_that_contradict_each_other(self, tmp_path):
        paths = [write(tmp_path, f"record,rater,verdict\n1,Ada,{word}\n", f"{word}.csv")
                 for word in ("yes", "no")]  # fmt: skip
        with pytest.raises(InputError, match=r"'Ada' on '1' \(include in yes.csv line 2, exclude"):
            read_decision_files(paths)

    @pytest.mark.parametrize("read", [read_decisions, lambda path: read_decision_files([path])])
    def test_no_address_in_an_error_or_beside_it(self, tmp_path, read):
        path = write(tmp_path, "record,ada@x.org,bo@x.org\n1,yes,perhaps of cy@x.org\n")
        with pytest.raises(InputError, match=r"'perhaps of \[e-mail\]' \(line 2") as caught:
            read(path)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


class TestRayyanPair:
    NOTES = (
        inclusion(Ada="Included", Bo="Excluded") + " | RAYYAN-EXCLUSION-REASONS: wrong population",
        inclusion(Ada="Excluded", Bo="Excluded")
        + " | RAYYAN-EXCLUSION-REASONS: wrong design,foreign, or not",
        inclusion(Ada="Maybe"),
    )
    EVENTS = (
        ("2024-01-01T10:00:00Z", "ada@x.org", "1", "included", "1"),
        ("2024-01-01T10:01:00Z", "ada@x.org", "2", "included", "-1"),
        ("2024-01-01T10:01:01Z", "ada@x.org", "2", "__EXR__wrong design", "1"),
        ("2024-01-01T10:02:00Z", "ada@x.org", "3", "included", "0"),
        ("2024-01-01T11:00:00Z", "bo@x.org", "1", "included", "-1"),
        ("2024-01-01T11:00:01Z", "bo@x.org", "1", "__EXR__wrong population", "1"),
        ("2024-01-01T11:01:00Z", "bo@x.org", "2", "included", "-1"),
        ("2024-01-01T11:01:01Z", "bo@x.org", "2", "__EXR__foreign, or not", "1"),
    )

    @pytest.mark.parametrize("is_zip", [True, False])
    def test_reasons_find_their_person(self, is_zip, tmp_path):
        members = {"articles.csv": articles(self.NOTES), "customizations_log.csv": log(self.EVENTS)}
        if is_zip:
            path = write(tmp_path, archive(members), "export.zip")
        else:
            path = tmp_path
            for name, text in members.items():
                write(path, text, name)
        frame = read_decisions(path)
        assert rows(frame, "record", "rater", "verdict", "reason", "decided_at") == [
            ["rayyan-1", "Ada", "include", "", "2024-01-01T10:00:00Z"],
            ["rayyan-2", "Ada", "exclude", "wrong design", "2024-01-01T10:01:00Z"],
            ["rayyan-3", "Ada", "maybe", "", "2024-01-01T10:02:00Z"],
            ["rayyan-1", "Bo", "exclude", "wrong population", "2024-01-01T11:00:00Z"],
            ["rayyan-2", "Bo", "exclude", "foreign, or not", "2024-01-01T11:01:00Z"],
        ]
        assert "@" not in frame.to_csv() + frame.attrs["log"].to_frame().to_csv()

    def test_several_of_each(self, tmp_path):
        write(tmp_path, articles(self.NOTES[:1]), "articles_1.csv")
        write(tmp_path, articles(self.NOTES[1:], first=2), "articles_2.csv")
        write(tmp_path, log(self.EVENTS[:4]), "log_1.csv")
        more = ("2024-01-01T12:00:00Z", "bo@x.org", "99", "included", "1")
        write(tmp_path, log([*self.EVENTS[4:], more]), "log_2.csv")
        frame = read_decisions(tmp_path)
        assert sorted(rows(frame, "record", "rater", "reason")) == [
            ["rayyan-1", "Ada", ""], ["rayyan-1", "Bo", "wrong population"],
            ["rayyan-2", "Ada", "wrong design"], ["rayyan-2", "Bo", "foreign, or not"],
            ["rayyan-3", "Ada", ""],
        ]  # fmt: skip
        said = frame.attrs["log"].to_frame()["what"]
        assert said.str.startswith("decisions on records that articles_1.csv and").any()

    def test_people_that_cannot_be_told_apart_are_not_guessed(self, tmp_path):
        write(tmp_path, articles([inclusion(Ada="Included", Bo="Included")]), "articles.csv")
        events = [("2024-01-01T10:00:00Z", f"{who}@x.org", "1", "included", "1") for who in "ab"]
        write(tmp_path, log(events), "log.csv")
        frame = read_decisions(tmp_path)
        assert rows(frame) == [["rayyan-1", "Ada", "include"], ["rayyan-1", "Bo", "include"]]
        assert frame["decided_at"].isna().all()
        assert any(e.what.startswith("users of the log without a name: 2 of 2")
                   for e in frame.attrs["log"])  # fmt: skip


class TestHostileArchives:
    @pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "C:\\a.csv", "x/../../a.csv"])
    def test_a_way_out(self, name, tmp_path):
        with pytest.raises(ParseError, match="leads out of the archive"):
            read_decisions(write(tmp_path, archive({name: ADA}), "a.zip"))

    def test_a_link(self, tmp_path):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as file:
            entry = zipfile.ZipInfo("a.csv")
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            file.writestr(entry, "/etc/passwd")
        with pytest.raises(ParseError, match="is a link"):
            read_decisions(write(tmp_path, stream.getvalue(), "a.zip"))

    def test_a_bomb(self, tmp_path):
        data = archive({"a.csv": "record,decision\n" + "\n" * 30_000_000})
        with pytest.raises(ParseError, match=r"swells from .* to 30,000,016 bytes"):
            read_decisions(write(tmp_path, data, "a.zip"))

    def test_one_too_large_in_all(self, tmp_path, monkeypatch):
        monkeypatch.setattr(decision_files, "_MOST_BYTES", 50)
        with pytest.raises(ParseError, match=r"members of .* bytes in all"):
            read_decisions(write(tmp_path, archive({"a.csv": ADA}), "a.zip"))

    def test_one_under_a_password(self, tmp_path):
        data = bytearray(archive({"a.csv": ADA}))
        at = data.index(b"PK\1\2")
        data[at + 8 : at + 10] = struct.pack("<H", 1)
        with pytest.raises(ParseError, match="is encrypted"):
            read_decisions(write(tmp_path, bytes(data), "a.zip"))

    def test_one_that_is_damaged(self, tmp_path):
        data = archive({"Ada.csv": ADA})
        with pytest.raises(ParseError, match="damaged"):
            read_decisions(write(tmp_path, data[:-30], "a.zip"))
        spoiled = bytearray(data)
        spoiled[40:50] = b"x" * 10
        with pytest.raises(ParseError, match="damaged"):
            read_decisions(write(tmp_path, bytes(spoiled), "a.zip"))


class TestLabels:
    def test_order_of_people_does_not_matter(self):
        names = ["cy@x.org", "Ada <ada@x.org>", "bo@x.org", "Di"]
        assert dict(label_people(names)) == dict(label_people(names[::-1]))
        assert sorted(label_people(names).values()) == ["reviewer 1", "reviewer 2", "reviewer 3"]

    def test_a_name_that_is_taken_is_left_to_whom_it_is(self):
        assert list(label_people(["reviewer 1", "a@x.org"]).values()) == ["reviewer 2"]

    def test_a_name_with_its_address_becomes_the_label(self):
        labels = label_people(["Ada <ada@x.org>"])
        assert relabel("Ada <ADA@x.org>", labels) == "reviewer 1"

    def test_other_addresses_are_hidden(self):
        assert hide_addresses("by e.x@y.org.", {}) == "by [e-mail]"

    def test_an_error_names_no_address(self, tmp_path):
        text = "record,ada@x.org,bo@x.org\n1,yes,perhaps\n"
        with pytest.raises(InputError) as caught:
            read_decisions(write(tmp_path, text))
        assert "@" not in str(caught.value)
        assert "'perhaps'" in str(caught.value)
