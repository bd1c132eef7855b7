"""Exports of Covidence, ASReview and Abstrackr, and what they do not hold."""

import pytest
from decision_cases import COVIDENCE, archive, database, project, references, table
from source_cases import shared, write

from reviewkit._core.errors import InputError, ParseError
from reviewkit.agreement.raters import rater_agreement
from reviewkit.sources.decision_exports import EXPORTS
from reviewkit.sources.decisions import read_decisions


def rows(frame, *columns):
    return frame[list(columns or ("record", "rater", "verdict"))].fillna("").to_numpy().tolist()


class TestCovidence:
    @pytest.mark.parametrize(
        ("name", "verdicts"),
        [
            ("screen", []),
            ("irrelevant", [("title_abstract", "exclude")]),
            ("select", [("title_abstract", "include")]),
            ("excluded", [("title_abstract", "include"), ("full_text", "exclude")]),
            ("included", [("title_abstract", "include"), ("full_text", "include")]),
        ],
    )
    def test_a_list_says_what_was_agreed(self, name, verdicts, tmp_path):
        path = write(tmp_path, references([4]), f"review_12_{name}_csv_20240101.csv")
        frame = read_decisions(path)
        assert rows(frame, "record", "rater", "stage", "verdict") == [
            ["#4", "consensus", *verdict] for verdict in verdicts
        ]
        assert any(entry.what.startswith("agreed verdicts only") for entry in frame.attrs["log"])

    def test_agreed_verdicts_give_no_kappa(self, tmp_path):
        frame = read_decisions(write(tmp_path, references([4, 5]), "included.csv"))
        message = "Got 0: none. The decisions hold agreed verdicts only, those of 'consensus'"
        with pytest.raises(InputError, match=message):
            rater_agreement(frame, stage="full_text")

    def test_the_reason_of_an_exclusion(self, tmp_path):
        notes = "Exclusion reason: Wrong population, or setting; Ada (2024-01-01): a comment"
        frame = read_decisions(write(tmp_path, references([4], notes), "x.csv"), stage="full_text")
        assert rows(frame, "verdict", "reason") == [["exclude", "Wrong population, or setting"]]

    def test_a_list_of_no_name(self, tmp_path):
        with pytest.raises(ParseError, match="must say which list of Covidence it is"):
            read_decisions(write(tmp_path, references([4]), "export.csv"))
        with pytest.raises(ParseError, match="Found select and excluded"):
            read_decisions(write(tmp_path, references([4]), "select_or_excluded.csv"))

    def test_all_lists_in_a_folder(self, tmp_path):
        for name, numbers in (("irrelevant", [1, 2]), ("select", [3]), ("included", [4])):
            write(tmp_path, references(numbers), f"{name}.csv")
        counts = read_decisions(tmp_path).attrs["counts"].to_frame()
        assert counts[["stage", "include", "exclude"]].to_numpy().tolist() == [
            ["title_abstract", 2, 2],
            ["full_text", 1, 0],
        ]

    def test_extraction_counts_each_study_once(self, tmp_path):
        header = ["Covidence #", "Study ID", "Title", "Reviewer Name", "Title", "How many? (n, %)"]
        people = [("Ada", "a"), ("Bo", "b"), ("Consensus", "c")]
        body = [[n, f"Yang {n}", "T", who, "T", text] for n in (1, 2) for who, text in people]
        frame = read_decisions(write(tmp_path, table(header, body)))
        assert rows(frame, "record", "rater", "stage", "verdict") == [
            ["#1", "consensus", "full_text", "include"],
            ["#2", "consensus", "full_text", "include"],
        ]
        assert any("2 included studies in 6 rows of 2 reviewers" in entry.what
                   for entry in frame.attrs["log"])  # fmt: skip

    def test_votes_of_reviewers_are_a_plain_table(self, tmp_path):
        header = ["Covidence #", "Title", "Reviewer Name", "Vote"]
        body = [["1", "T", "Ada", "Yes"], ["1", "T", "Bo", "No"], ["1", "T", "Consensus", "Maybe"]]
        frame = read_decisions(write(tmp_path, table(header, body)))
        assert rows(frame) == [["1", "Ada", "include"], ["1", "Bo", "exclude"],
                               ["1", "consensus", "maybe"]]  # fmt: skip
        wide = table([*COVIDENCE, "Ada", "Bo"], [[*["x"] * 12, "#1", "", "", "", "Yes", "No"]])
        assert rows(read_decisions(write(tmp_path, wide))) == [
            ["#1", "Ada", "include"], ["#1", "Bo", "exclude"],
        ]  # fmt: skip

    def test_counts_of_pairs_are_no_decisions(self, tmp_path):
        text = "Reviewer A,Reviewer B,Yes Yes,Yes No,No Yes,No No,Cohen's Kappa\nAda,Bo,1,2,3,4,0\n"
        with pytest.raises(ParseError, match=r"inter-rater reliability.* agreement_from_table"):
            read_decisions(write(tmp_path, text))

    def test_a_real_list(self):
        with pytest.raises(ParseError, match="which list of Covidence"):
            read_decisions(shared("formats", "exports", "_baseline_covidence.csv"))


class TestAbstrackr:
    HEADER = ("(internal) id", "(source) id", "pubmed id", "title", "consensus", "labeled_at",
              "ada@x.org", "labeled_at", "Bo", "labeled_at", "general notes (Bo)")  # fmt: skip

    def test_one_column_a_labeler(self, tmp_path):
        body = [
            ["91", "7", "0", "T", "1", "t0", "1", "t1", "1", "t2", ""],
            ["92", "8", "0", "U", "x", "", "-1", "t3", "0", "t4", "note"],
            ["93", "9", "0", "V", "o", "", "o", "", "1", "t5", ""],
            ["citations that are not yet labeled by anyone"],
            ["94", "10", "0"],
        ]
        text = "\n".join(",".join(row) for row in [self.HEADER, *body])
        frame = read_decisions(write(tmp_path, text))
        assert rows(frame, "record", "rater", "verdict", "decided_at") == [
            ["7", "consensus", "include", "t0"],
            ["7", "reviewer 1", "include", "t1"],
            ["8", "reviewer 1", "exclude", "t3"],
            ["7", "Bo", "include", "t2"],
            ["8", "Bo", "maybe", "t4"],
            ["9", "Bo", "include", "t5"],
        ]
        assert frame.attrs["counts"].stages == (("", 4, 1, 1, 2, 1),)
        assert rater_agreement(frame).n_items == 2

    def test_ids_of_the_tool_where_one_of_the_own_is_missing(self, tmp_path):
        body = [["91", "", "0", "T", "o", "", "1", "", "1", "", ""],
                ["92", "8", "0", "U", "o", "", "1", "", "1", "", ""]]  # fmt: skip
        frame = read_decisions(write(tmp_path, table(self.HEADER, body)))
        assert set(frame["record"]) == {"91", "92"}

    def test_an_unknown_label(self, tmp_path):
        body = [["91", "7", "0", "T", "o", "", "2", "", "1", "", ""]]
        with pytest.raises(InputError, match=r"Got '2' \(line 2\)"):
            read_decisions(write(tmp_path, table(self.HEADER, body)))

    def test_a_real_export(self):
        frame = read_decisions(shared("formats", "exports", "_baseline_abstrackr.csv"))
        assert frame["verdict"].tolist() == [
            "include", "include", "exclude", "exclude", "maybe", "maybe",
        ]  # fmt: skip
        assert frame.attrs["counts"].stages == (("", 10, 4, 6, 0, 0),)


class TestAsreviewTable:
    def test_labels_of_one_project(self, tmp_path):
        text = "record_id,title,asreview_label,asreview_time\n0,A,1,2024-01-01\n1,B,0,\n2,C,,\n"
        frame = read_decisions(write(tmp_path, text, "ada.csv"))
        assert rows(frame) == [["0", "ada", "include"], ["1", "ada", "exclude"]]
        assert frame.attrs["counts"].stages == (("", 3, 1, 2, 0, 0),)

    def test_minus_one_is_unseen_and_no_exclusion(self, tmp_path):
        text = "record_id,included,asreview_ranking\n0,1,1\n1,-1,2\n2,0.0,3\n"
        assert rows(read_decisions(write(tmp_path, text, "bo.csv"))) == [
            ["0", "bo", "include"],
            ["2", "bo", "exclude"],
        ]

    def test_users_by_name_or_address(self, tmp_path):
        text = (
            "record_id,asreview_label,asreview_user_name,asreview_user_email\n"
            "0,1,{},a@x.org\n1,0,{},b@x.org\n2,,,\n"
        )
        named = read_decisions(write(tmp_path, text.format("Ada", "Bo")))
        assert rows(named) == [["0", "Ada", "include"], ["1", "Bo", "exclude"]]
        nameless = read_decisions(write(tmp_path, text.format("", "")))
        assert {rater.split()[0] for rater in nameless["rater"]} == {"reviewer"}

    def test_an_unknown_label(self, tmp_path):
        with pytest.raises(InputError, match=r"Got '2' \(line 2\)"):
            read_decisions(write(tmp_path, "record_id,asreview_label\n0,2\n"))

    def test_a_column_that_is_missing(self, tmp_path):
        with pytest.raises(ParseError, match="must have the column 'record_id'"):
            read_decisions(write(tmp_path, "title,asreview_label\nA,1\n"))


class TestAsreviewProject:
    NEW = (
        {"record_id": 0, "label": 1, "time": 1704103200.0, "user_id": 1},
        {"record_id": 2, "label": 0, "time": 1704103260.0, "user_id": 1},
        {"record_id": 1, "label": None},
    )
    OLD = (
        {
            "record_id": 0,
            "label": 1,
            "query_strategy": "prior",
            "labeling_time": "2024-01-01 10:00",
        },
        {"record_id": 2, "label": 0, "labeling_time": "2024-01-01 10:01"},
    )

    @pytest.mark.parametrize(("made", "version"), [(NEW, 2), (OLD, 1)])
    def test_labels(self, made, version, tmp_path):
        path = write(tmp_path, project(made, version=version), "ada.asreview")
        frame = read_decisions(path)
        assert rows(frame) == [["0", "ada", "include"], ["2", "ada", "exclude"]]
        assert frame["decided_at"].iloc[0].startswith("2024-01-01")
        assert frame.attrs["counts"].stages == (("", 3, 1, 2, 0, 0),)

    def test_prior_knowledge_and_simulation_are_said(self, tmp_path):
        made = project(self.OLD, version=1, mode="simulate")
        said = read_decisions(write(tmp_path, made, "a.asreview")).attrs["log"].to_frame()["what"]
        assert said.str.contains("prior knowledge: 1 records").any()
        assert said.str.contains("simulated project").any()

    def test_several_users(self, tmp_path):
        made = (
            {"record_id": 0, "label": 1, "user_id": 1},
            {"record_id": 1, "label": 0, "user_id": 2},
        )
        frame = read_decisions(write(tmp_path, project(made), "team.asreview"))
        assert rows(frame) == [["0", "team, user 1", "include"], ["1", "team, user 2", "exclude"]]

    def test_two_projects_in_a_folder_are_two_reviewers(self, tmp_path):
        write(tmp_path, project(self.NEW), "ada.asreview")
        write(tmp_path, project(({"record_id": 0, "label": 0},)), "bo.asreview")
        found = rater_agreement(read_decisions(tmp_path))
        assert (found.raters, found.n_items, found.n_single) == (("ada", "bo"), 1, 1)

    def test_a_file_is_left_as_it_was(self, tmp_path):
        path = write(tmp_path, project(self.NEW), "ada.asreview")
        before = path.read_bytes()
        read_decisions(path)
        assert path.read_bytes() == before
        assert [entry.name for entry in tmp_path.iterdir()] == ["ada.asreview"]

    def test_a_database_with_a_write_ahead_log(self, tmp_path):
        data = bytearray(database(self.NEW, (0, 1, 2)))
        data[18:20] = b"\2\2"
        members = {"project.json": "{}", "reviews/a/results.db": bytes(data)}
        assert len(read_decisions(write(tmp_path, archive(members), "a.asreview"))) == 2

    @pytest.mark.parametrize(
        ("members", "message"),
        [
            ({}, "no results.db"),
            ({"reviews/a/results.db": b"x", "reviews/b/results.db": b"x"}, "with one review"),
            ({"reviews/a/results.db": b"SQLite format 3\0" + b"x" * 200}, "cannot be read"),
            ({"reviews/a/results.db": b""}, "are no database"),
        ],
    )
    def test_what_is_no_project_is_said(self, members, message, tmp_path):
        data = archive({"project.json": "{}", **members})
        with pytest.raises(ParseError, match=message):
            read_decisions(write(tmp_path, data, "a.asreview"))

    def test_a_view_in_the_place_of_the_results_is_not_run(self, tmp_path):
        statements = (
            "DROP TABLE results",
            "CREATE VIEW results AS SELECT 1 AS record_id, 1 AS label",
        )
        with pytest.raises(ParseError, match="no table of results"):
            read_decisions(write(tmp_path, project((), statements=statements), "a.asreview"))

    def test_an_unknown_label(self, tmp_path):
        made = project(({"record_id": 0, "label": 7},))
        with pytest.raises(InputError, match="Got 7"):
            read_decisions(write(tmp_path, made, "a.asreview"))

    def test_no_json(self, tmp_path):
        data = archive({"project.json": "{", "reviews/a/results.db": database((), ())})
        with pytest.raises(ParseError, match="is no JSON"):
            read_decisions(write(tmp_path, data, "a.asreview"))


def test_each_export_says_how_it_is_told():
    assert all(export.tells.__doc__ and export.arrange.__doc__ for export in EXPORTS.values())
