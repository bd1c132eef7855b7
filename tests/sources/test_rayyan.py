"""What notes and logs of Rayyan say, whatever the names in them."""

import random

import pytest
from decision_cases import articles, inclusion, log
from hypothesis import example, given, settings
from hypothesis import strategies as st
from source_cases import shared, write

from reviewkit._core.errors import InputError, ParseError
from reviewkit.agreement.raters import rater_agreement
from reviewkit.screening.rater_comparisons import track_agreement
from reviewkit.sources.decisions import read_decisions
from reviewkit.sources.rayyan import read_notes

WORDS = {"Included": "include", "Excluded": "exclude", "Maybe": "maybe"}


def ruby(text):
    """Return a text as Ruby prints it."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class TestNotes:
    @pytest.mark.parametrize(
        "name",
        ["José Núñez", "O'Connor", "Jun Shu", "俊", "{curly}", "a => b", "a, b", 'Ann "Nan" Lee',
         "back\\slash", "pipe | pipe", "RAYYAN-LABELS: no", "}"],
    )  # fmt: skip
    def test_any_name(self, name):
        note = f'RAYYAN-INCLUSION: {{"{ruby(name)}"=>"Included", "Bo"=>"Maybe"}}'
        assert read_notes(note).votes == {name: "include", "Bo": "maybe"}

    def test_a_quotation_mark_that_is_not_escaped(self):
        note = 'RAYYAN-INCLUSION: {"Ann "Nan" Lee"=>"Included", "Bo"=>"Excluded"}'
        assert read_notes(note).votes == {'Ann "Nan" Lee': "include", "Bo": "exclude"}

    def test_blanks_as_newer_rubies_print_them(self):
        note = 'RAYYAN-INCLUSION: {"Ada" => "Included", "Bo" => nil}'
        assert read_notes(note).votes == {"Ada": "include", "Bo": ""}

    def test_blocks_in_any_order_and_subset(self):
        blocks = [
            "a | plain note",
            'RAYYAN-INCLUSION: {"Ada"=>"Excluded"}',
            "RAYYAN-LABELS: body,autoimmune",
            "RAYYAN-EXCLUSION-REASONS: wrong population,not in English, or French",
            'USER-NOTES: {"Ada"=>["RAYYAN-LABELS: x }", "y"]}',
        ]
        rng = random.Random(1)
        for _ in range(50):
            some = rng.sample(blocks[1:], rng.randint(1, 4))
            found = read_notes(" | ".join([*blocks[: rng.randint(0, 1)], *some]))
            assert found.votes == ({"Ada": "exclude"} if blocks[1] in some else {})
            assert found.labels == ("body,autoimmune" if blocks[2] in some else "")
            reasons = "wrong population,not in English, or French"
            assert found.reasons == (reasons if blocks[3] in some else "")
            assert not found.problem

    @pytest.mark.parametrize(
        "note",
        ["RAYYAN-INCLUSION: nothing", 'RAYYAN-INCLUSION: {"Ada"=>"Included"; "Bo"=>"Maybe"}',
         'RAYYAN-INCLUSION: {"Ada"=>"Included"',
         'RAYYAN-INCLUSION: {"Ada"=>"Sometimes"}'],
    )  # fmt: skip
    def test_what_cannot_be_read_is_said(self, note):
        assert read_notes(note).problem.startswith("RAYYAN-INCLUSION")

    @given(
        st.dictionaries(st.text(min_size=1, max_size=12), st.sampled_from(list(WORDS)), min_size=1),
        st.text(alphabet=st.characters(exclude_characters="|"), max_size=20),
    )
    @example({"\\": "Included"}, "")
    @example({'"': "Included", "é=>": "Maybe"}, "")
    def test_law_what_ruby_prints_is_read_back(self, votes, before):
        if "RAYYAN" in before or "USER" in before:
            return
        printed = ", ".join(f'"{ruby(name)}"=>"{word}"' for name, word in votes.items())
        found = read_notes(f"{before} | RAYYAN-INCLUSION: {{{printed}}} | RAYYAN-LABELS: x")
        assert found.votes == {name: WORDS[word] for name, word in votes.items()}
        assert found.labels == "x"


class TestArticles:
    NOTES = (
        inclusion(Ada="Included", Bo="Excluded") + " | RAYYAN-EXCLUSION-REASONS: wrong, or foreign",
        inclusion(Ada="Maybe") + " | RAYYAN-LABELS: body",
        "only a note",
    )

    def test_votes_and_who_saw_what(self, tmp_path):
        frame = read_decisions(write(tmp_path, articles(self.NOTES)), stage="title_abstract")
        assert frame[["record", "rater", "verdict"]].to_numpy().tolist() == [
            ["rayyan-1", "Ada", "include"],
            ["rayyan-2", "Ada", "maybe"],
            ["rayyan-1", "Bo", "exclude"],
        ]
        counts = frame.attrs["counts"]
        assert counts.stages == (("title_abstract", 3, 1, 1, 1, 0),)
        assert counts.to_frame()[["rater", "maybe", "undecided", "alone"]].to_numpy().tolist() == [
            ["Ada", 1, 1, 1],
            ["Bo", 0, 2, 0],
        ]

    def test_pooled_reasons_stay_the_records(self, tmp_path):
        frame = read_decisions(write(tmp_path, articles(self.NOTES)))
        assert frame["reason"].isna().all()
        assert frame["record_reason"].tolist()[2] == "wrong, or foreign"
        assert frame["record_labels"].tolist()[1] == "body"
        assert any("not of a rater" in entry.what for entry in frame.attrs["log"])

    def test_reasons_of_the_only_reviewer_are_hers(self, tmp_path):
        note = inclusion(Ada="Excluded") + " | RAYYAN-EXCLUSION-REASONS: wrong population"
        frame = read_decisions(write(tmp_path, articles([note])))
        assert frame["reason"].tolist() == ["wrong population"]

    def test_the_name_of_the_file_does_not_matter(self, tmp_path):
        text = articles(self.NOTES)
        frames = [read_decisions(write(tmp_path, text, name)) for name in ("a.txt", "b.dat")]
        assert frames[0].equals(frames[1])

    @pytest.mark.parametrize(
        "header", ["key,title,notes", "id,note,year", "article_id,abstract", "key,RAYYAN-INCLUSION"]
    )
    def test_other_columns_than_the_usual(self, header, tmp_path):
        cell = '"RAYYAN-INCLUSION: {""Ada""=>""Included""}"'
        if "RAYYAN" in header:
            cell = cell.replace("RAYYAN-INCLUSION: ", "")
        cells = [cell if n == min(2, header.count(",")) or name in {"note", "notes"} else "7"
                 for n, name in enumerate(header.split(","))]  # fmt: skip
        if header == "id,note,year":
            cells[2] = "2024"
        frame = read_decisions(write(tmp_path, f"{header}\n{','.join(cells)}\n"))
        assert frame[["record", "rater", "verdict"]].to_numpy().tolist() == [
            ["7", "Ada", "include"]
        ]

    def test_a_record_twice(self, tmp_path):
        text = articles(self.NOTES[:1]) + articles(self.NOTES[:1]).split("\n", 1)[1]
        with pytest.raises(InputError, match=r"'Ada' on 'rayyan-1' \(lines 2, 3\)"):
            read_decisions(write(tmp_path, text))

    def test_an_export_without_decisions(self, tmp_path):
        with pytest.raises(ParseError, match="article export of Rayyan without any"):
            read_decisions(write(tmp_path, articles(["a note", ""])))

    def test_a_broken_hash_is_named_by_its_line(self, tmp_path):
        notes = [inclusion(Ada="Included"), 'RAYYAN-INCLUSION: {"Ada"=>']
        with pytest.raises(ParseError, match=r"line 3: 'RAYYAN-INCLUSION"):
            read_decisions(write(tmp_path, articles(notes)))

    def test_ris_and_bibtex_say_the_same(self, tmp_path):
        ris = "".join(
            f"TY  - JOUR\nAN  - rayyan-{n}\nTI  - Title {n}\nN1  - {note}\nER  - \n\n"
            for n, note in enumerate(self.NOTES, start=1)
        )
        bib = "".join(
            f"@article{{rayyan-{n},\n  title={{Title {n}}},\n  note={{{note}}}\n}}\n\n"
            for n, note in enumerate(self.NOTES, start=1)
        )
        expected = read_decisions(write(tmp_path, articles(self.NOTES)))
        for text in (ris, bib, ris.replace("\n", "\r\n")):
            found = read_decisions(write(tmp_path, text, "x"))
            assert found.equals(expected)

    def test_references_without_decisions(self, tmp_path):
        with pytest.raises(ParseError, match="file of references without any"):
            read_decisions(write(tmp_path, "TY  - JOUR\nTI  - A\nER  - \n"))

    def test_a_real_export(self):
        frame = read_decisions(shared("formats", "exports", "_baseline_rayyan.csv"))
        assert frame["verdict"].value_counts().to_dict() == {
            "include": 2, "exclude": 2, "maybe": 2,
        }  # fmt: skip
        assert frame.attrs["counts"].stages == (("", 10, 4, 6, 0, 0),)


EVENTS = [
    ("2024-01-01T10:00:00.000Z", "ada@x.org", "7", "included", "1"),
    ("2024-01-01T10:01:00.000Z", "ada@x.org", "7", "__EXR__wrong population", "1"),
    ("2024-01-01T10:01:00.100Z", "ada@x.org", "7", "included", "-1"),
    ("2024-01-01T10:02:00.000Z", "ada@x.org", "8", "included", "0"),
    ("2024-01-01T11:00:00.000Z", "bo@x.org", "7", "included", "-1"),
    ("2024-01-01T11:00:01.000Z", "bo@x.org", "7", "__EXR__foreign, or not", "1"),
    ("2024-01-01T11:00:02.000Z", "bo@x.org", "7", "__EXR__wrong design", "1"),
    ("2024-01-01T11:00:03.000Z", "bo@x.org", "7", "__EXR__wrong design", "deleted"),
    ("2024-01-01T11:05:00.000Z", "bo@x.org", "8", "included", "1"),
    ("2024-01-01T11:06:00.000Z", "bo@x.org", "8", "included", "deleted"),
    ("2024-01-01T11:07:00.000Z", "bo@x.org", "9", "very relevant", "1"),
]


class TestLog:
    def read(self, folder, events, **options):
        return read_decisions(write(folder, log(events), "customizations_log.csv"), **options)

    def test_the_last_event_counts(self, tmp_path):
        frame = self.read(tmp_path, EVENTS)
        rows = frame[["record", "verdict", "reason", "decided_at"]].fillna("").to_numpy().tolist()
        assert sorted(rows) == [
            ["7", "exclude", "foreign, or not", "2024-01-01T11:00:00.000Z"],
            ["7", "exclude", "wrong population", "2024-01-01T10:01:00.100Z"],
            ["8", "maybe", "", "2024-01-01T10:02:00.000Z"],
        ]
        counts = frame.attrs["counts"]
        assert counts.stages == (("", 3, 1, 1, 1, 0),)
        said = " ".join(entry.what for entry in frame.attrs["log"])
        for what in ("changed decisions: 2 of 6", "undone decisions: 1", "labels left out: 1"):
            assert what in said

    @pytest.mark.parametrize("seed", range(5))
    def test_law_the_order_of_lines_does_not_matter(self, seed, tmp_path):
        mixed = random.Random(seed).sample(EVENTS, len(EVENTS))
        key = ["record", "rater"]
        first, second = (
            self.read(tmp_path, events).sort_values(key, ignore_index=True)
            for events in (EVENTS, mixed)
        )
        assert (
            first.to_numpy(dtype=object, na_value="").tolist()
            == second.to_numpy(dtype=object, na_value="").tolist()
        )

    def test_disorder_is_said(self, tmp_path):
        frame = self.read(tmp_path, EVENTS[::-1])
        assert any(entry.what.startswith("log out of order") for entry in frame.attrs["log"])

    def test_events_of_one_time_stand_in_the_order_of_the_file(self, tmp_path):
        times = ["2024-01-01T10:00:00Z"] * 2 + ["2024-01-01T10:00:05Z"] * 2
        events = [(time, "ada@x.org", article, "included", value) for time, article, value in
                  zip(times, "1122", ["1", "-1", "-1", "1"], strict=True)]  # fmt: skip
        for listed in (events, events[::-1]):  # oldest first, and newest first
            frame = self.read(tmp_path, listed).set_index("record")["verdict"]
            assert frame.to_dict() == {"1": "exclude", "2": "include"}

    def test_addresses_are_kept_nowhere(self, tmp_path):
        frame = self.read(tmp_path, EVENTS)
        assert set(frame["rater"]) == {"reviewer 1", "reviewer 2"}
        kept = frame.to_csv() + frame.attrs["log"].to_frame().to_csv() + str(frame.attrs["counts"])
        assert "@" not in kept

    def test_an_unknown_value_is_named(self, tmp_path):
        events = [*EVENTS, ("2024-01-02T00:00:00Z", "bo@x.org", "9", "included", "2")]
        with pytest.raises(InputError, match=r"Got '2' \(line 13\)"):
            self.read(tmp_path, events)

    def test_times_as_older_logs_write_them(self, tmp_path):
        older = [(time[:19].replace("T", " ") + " UTC", *rest) for time, *rest in EVENTS]
        frame = self.read(tmp_path, older)
        assert frame["decided_at"].tolist()[0] == "2024-01-01 10:01:00Z"
        assert track_agreement(frame).to_frame()["n"].tolist() == [1]

    @pytest.mark.parametrize("time", ["yesterday", "03/04/2024 10:00"])
    def test_a_time_that_is_none_is_named(self, time, tmp_path):
        events = [*EVENTS, (time, "bo@x.org", "9", "included", "1")]
        with pytest.raises(ParseError, match=rf"'{time}' \(line 13\)"):
            self.read(tmp_path, events)

    def test_a_real_log_is_read_whole(self):
        path = shared("formats", "rayyan", "customizations_log_anonymised_felipe-bonato.csv")
        frame = read_decisions(path)
        both = frame.groupby("rater")["verdict"].value_counts().unstack()
        assert sorted(both[["include", "exclude", "maybe"]].to_numpy().tolist()) == [
            [9, 66, 22],
            [17, 43, 6],
        ]
        assert frame.attrs["counts"].stages == (("", 138, 0, 113, 25, 0),)
        assert rater_agreement(frame).n_items == 25


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ab"),
                          st.sampled_from(["1", "0", "-1", "deleted"])), min_size=1))  # fmt: skip
def test_law_a_log_is_its_last_events(tmp_path_factory, events):
    timed = [
        (
            f"2024-01-01T10:{n // 60:02}:{n % 60:02}Z",
            f"{who}@x.org",
            str(article),
            "included",
            value,
        )
        for n, (article, who, value) in enumerate(events)
    ]
    state = {(str(article), who): value for article, who, value in events}
    held = [value for value in state.values() if value != "deleted"]
    path = write(tmp_path_factory.mktemp("log"), log(timed))
    frame = read_decisions(path)
    assert len(frame) == len(held)
    words = {"1": "include", "0": "maybe", "-1": "exclude"}
    assert sorted(frame["verdict"]) == sorted(words[value] for value in held)
