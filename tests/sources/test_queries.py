"""Search strings as a user meets them: reading, searching, checking."""

import pandas as pd
import pytest
from query_cases import make_records

import reviewkit as rk

RECORDS = make_records()
LINES = "1. burnout.ti,ab.\n2. exp Burnout/\n3. therapist*.ti,ab.\n4. (1 or 2) and 3"


class TestReading:
    def test_one_string_over_many_rows(self):
        query = rk.parse_query('"therapist harm"\n  AND psychotherapy\n')
        assert len(query.lines) == 1
        assert query.lines[0].text == '"therapist harm" AND psychotherapy'

    @pytest.mark.parametrize(
        "text",
        [
            LINES, LINES.replace(". ", ") "), LINES.replace("\n", "\n\n").replace(". ", "\t"),
            ["burnout.ti,ab.", "exp Burnout/", "therapist*.ti,ab.", "(1 or 2) and 3"],
        ],
    )  # fmt: skip
    def test_numbered_lines(self, text):
        query = rk.parse_query(text, platform="Ovid")
        assert [line.name for line in query.lines] == ["1", "2", "3", "4"]
        assert query.to_string() == LINES
        assert query.findings == ()

    def test_numbers_with_gaps_and_wrapped_lines(self):
        query = rk.parse_query("#1 burnout[tiab]\n#3 stress[tiab] OR\n   harm[tiab]\n#4 #1 AND #3")
        assert [line.name for line in query.lines] == ["1", "3", "4"]
        assert query.lines[1].text == "stress[tiab] OR harm[tiab]"
        assert not [one for one in rk.check_query(query) if one.severity == "error"]

    def test_references_alone_are_read_and_reported(self):
        query = rk.parse_query("#1 AND #2")
        assert [finding.rule for finding in query.findings] == ["query.line_reference"] * 2

    def test_terms_frame_and_summary(self):
        query = rk.parse_query(
            '("job burnout"[tiab] OR "Burnout"[Mesh]) AND therap*[ti] AND therap*[ti]'
        )
        assert query.terms == ("job burnout", "Burnout", "therap*")
        frame = query.to_frame()
        assert frame.columns.tolist() == ["line", "term", "fields", "quoted", "explode"]
        assert frame["explode"].tolist() == [False, True, False, False]
        assert "3 terms, read as PubMed does" in query.summary()
        assert "<h4>Search string</h4>" in query._repr_html_()

    def test_a_query_is_a_value(self):
        assert rk.parse_query("a AND b") == rk.parse_query("a AND b")
        with pytest.raises(AttributeError):
            rk.parse_query("a").platform = "wos"


class TestSearching:
    def test_hits_of_each_line(self):
        hits = rk.search_records(RECORDS, LINES, included=["r1", "r6", "gone"])
        frame = hits.to_frame().set_index("line")
        assert frame["hits"].tolist() == [1, 0, 3, 1]
        assert frame["hits_at_most"].tolist() == [1, 6, 3, 3]
        assert frame.loc[
            "4", ["included_found", "included_unknown", "included_absent"]
        ].tolist() == [1, 0, 1]
        assert hits.found == ("r6",)
        assert "1 of 3 included studies among them (not: r1, gone)" in repr(hits)

    def test_why_an_included_study_is_found_or_missed(self):
        text = '(burnout OR "burn out") AND (women OR "mental health") NOT client'
        frame = rk.search_records(RECORDS, text, included=["r1", "r2", "r4"]).included_frame()
        assert frame["found"].tolist() == ["no"] * 3
        assert frame["terms"].tolist() == [
            'none of women, "mental health"',
            'none of burnout, "burn out"; none of women, "mental health"',
            'none of burnout, "burn out"',
        ]
        found = rk.search_records(RECORDS, "harm AND (therapist* OR client)", included=["r2"])
        assert found.included_frame()["terms"].tolist() == ["harm; therapist*; client"]
        dropped = rk.search_records(RECORDS, "harm NOT client", included=["r2"]).included_frame()
        assert dropped["terms"].tolist() == ["dropped by NOT: client"]

    def test_what_not_loses_and_to_which_terms(self):
        hits = rk.search_records(
            RECORDS, "(harm OR burnout) NOT (client OR counsellor)", included=["r6"]
        )
        lost = hits.lost_frame()
        assert lost["record"].tolist() == ["r2", "r6"]
        assert lost["kept_by"].tolist() == ["harm", "burnout"]
        assert lost["lost_by"].tolist() == ["client", "counsellor"]
        assert lost["included"].tolist() == [False, True]
        assert hits.to_frame()[["lost", "included_lost"]].iloc[0].tolist() == [2, 1]
        assert "2 lost to NOT" in repr(hits)

    def test_a_not_deep_within_loses_only_what_the_line_would_find(self):
        hits = rk.search_records(RECORDS, "(harm NOT client) AND sessions")
        assert hits.lost_frame().empty
        hits = rk.search_records(RECORDS, '(harm NOT client) AND "harm in psychotherapy"')
        assert hits.lost_frame()["record"].tolist() == ["r2"]

    def test_a_loss_that_hangs_on_a_heading_is_not_sure(self):
        lost = rk.search_records(RECORDS, 'harm[ti] NOT "Child"[Mesh]').lost_frame()
        assert lost["sure"].tolist() == [False, False]
        assert lost["lost_by"].unique().tolist() == ["a field that is not known"]

    def test_terms_are_counted_one_by_one(self):
        frame = rk.search_records(RECORDS, 'harm[ti] OR "X"[Mesh]').terms_frame()
        assert frame[["term", "hits", "hits_at_most"]].to_numpy().tolist() == [
            ["harm", 2, 2],
            ['"X"', 0, 6],
        ]

    def test_what_has_a_frame_is_searched_too(self):
        class Records:
            def to_frame(self):
                return RECORDS

        assert (
            rk.search_records(Records(), "harm").found == rk.search_records(RECORDS, "harm").found
        )

    def test_the_index_is_the_id_where_no_column_is(self):
        frame = RECORDS.drop(columns="record").set_axis(list("abcdef"))
        assert rk.search_records(frame, "harm").found == ("a", "b", "c")

    def test_the_seed_strings_find_what_they_say(self):
        found = {
            text: rk.search_records(RECORDS, text).found
            for text in (
                '"Therapist harm" AND "Psychotherapy" NOT "Client injury"',
                '"Counsellor injury" OR "Therapist burnout"',
            )
        }
        assert list(found.values()) == [(), ("r6",)]


class TestMisuse:
    @pytest.mark.parametrize("text", ["", "  \n ", "AND", "NOT OR", "()", '""', [], [""]])
    def test_nothing_to_search_for(self, text):
        with pytest.raises(rk.ParseError, match="A search string must be whole"):
            rk.parse_query(text)

    def test_all_that_is_wrong_in_one_message_with_its_place(self):
        with pytest.raises(
            rk.ParseError, match=r"none closes \"c\. \(character 13\) .*one is not closed"
        ) as caught:
            rk.parse_query('(a AND b OR "c')
        assert "line" not in str(caught.value).split("Found")[0]

    def test_errors_name_the_line(self):
        with pytest.raises(rk.ParseError, match=r"line 2, character 3"):
            rk.parse_query("1. burnout\n2. a OR\n3. 1 AND 2")

    def test_a_thousand_levels(self):
        with pytest.raises(rk.ParseError, match="may hold 100 levels"):
            rk.parse_query("(" * 1000 + "a" + ")" * 1000)

    def test_other_things_than_text(self):
        with pytest.raises(rk.InputError, match="string or a sequence of strings"):
            rk.parse_query(["a", 1])

    def test_a_search_through_a_missing_line(self):
        with pytest.raises(rk.InputError, match="Line 2 is not among them"):
            rk.search_records(RECORDS, "1. harm\n3. 1 AND 2")

    def test_ids_that_are_not_unique(self):
        frame = pd.DataFrame({"record": ["a", "a"], "title": ["x", "y"]})
        with pytest.raises(rk.InputError, match=r"'a' is there more than once"):
            rk.search_records(frame, "x")

    def test_records_of_another_kind(self):
        with pytest.raises(rk.InputError, match=r"must be a DataFrame .* Got list"):
            rk.search_records([1], "x")

    def test_five_thousand_terms_are_searched(self):
        text = " OR ".join(f"word{i}*" for i in range(5000)) + " OR harm"
        assert rk.search_records(RECORDS, text).found == ("r1", "r2", "r3")
