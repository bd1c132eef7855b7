"""Measuring and breaking text: by its laws."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.present.axes import Group, draw_text, new_axes, use_points
from reviewkit.present.lettering import (
    Run,
    TextStyle,
    clean_text,
    measure_elsewhere,
    measure_text,
    widest_word,
    wrap_lines,
    wrap_runs,
)

LETTERS = st.characters(min_codepoint=33, max_codepoint=0x24F, categories=["L", "N", "P", "S"])
WORDS = st.text(LETTERS, min_size=1, max_size=30)
RUNS = st.lists(
    st.builds(Run, st.lists(WORDS, max_size=6).map(" ".join), st.booleans(), st.booleans()),
    max_size=4,
)


def width_of(line, size):
    return line[-1].x + measure_text(line[-1].run, size) if line else 0.0


class TestLaws:
    @given(runs=RUNS, width=st.floats(30, 200), hang=st.sampled_from([0.0, 6.0]))
    def test_no_line_is_wider_than_its_room(self, runs, width, hang):
        first, *rest = wrap_runs(runs, width, 7.0, hang=hang)
        assert width_of(first, 7.0) <= width + 1e-9
        assert all(width_of(line, 7.0) <= width - hang + 1e-9 for line in rest)

    @given(runs=RUNS, width=st.floats(30, 200))
    def test_no_letter_is_lost_and_none_changes_its_style(self, runs, width):
        def letters(parts):
            return [(x, *run[1:]) for run in parts for x in run.text if x != " "]

        lines = wrap_runs(runs, width, 7.0)
        assert letters(piece.run for line in lines for piece in line) == letters(runs)

    @given(words=st.lists(WORDS, min_size=1, max_size=9), width=st.floats(30, 200))
    def test_words_are_cut_only_where_they_must(self, words, width):
        run = Run(" ".join(words))
        lines = wrap_runs([run], width, 7.0)
        if widest_word([run], 7.0) <= width:
            assert " ".join(piece.run.text for line in lines for piece in line) == run.text

    @given(text=st.text(max_size=300), width=st.floats(30, 200), lines=st.integers(1, 4))
    def test_as_many_lines_as_asked_for_and_none_too_wide(self, text, width, lines):
        style = TextStyle(7.0)
        found = wrap_lines(text, style, width, lines)
        assert 1 <= len(found) <= lines
        assert all(style.measure(line) <= width + 1e-9 for line in found)

    @given(text=st.text(max_size=60))
    def test_what_is_cleaned_stays_clean_and_on_one_line(self, text):
        clean = clean_text(text)
        assert clean_text(clean) == clean
        assert not {"Cc", "Cs"} & {unicodedata.category(letter) for letter in clean}
        assert len(clean.splitlines()) <= 1

    @pytest.mark.parametrize("dpi", [72, 144, 300])
    def test_the_width_is_the_width_that_is_drawn(self, dpi):
        ax = new_axes(100, 20)
        ax.figure.set_dpi(dpi)
        use_points(ax)
        run = Run("Reports assessed for eligibility (n\u00a0=\u00a01,234)", bold=True)
        group = ax.add_artist(Group("g", [draw_text(5, 10, run, 7.5, ax)]))
        assert group.get_window_extent().width * 72 / dpi == pytest.approx(
            measure_text(run, 7.5), abs=144 / dpi
        )


def test_what_belongs_together_stays_on_one_line():
    run = Run("Reports excluded (n\u00a0=\u00a0120)")
    lines = wrap_runs([run], widest_word([run], 7.0) + 1, 7.0)
    assert [piece.run.text for line in lines for piece in line] == run.text.split(" ")


def test_a_word_may_change_its_style():
    runs = [Run("removed "), Run("before screening", italic=True), Run(":\nall")]
    (line,) = wrap_runs(runs, 300, 7.0)
    assert [piece.run.text for piece in line] == ["removed", "before screening", ": all"]
    assert line[1].x > measure_text(Run("removed"), 7.0)
    assert line[2].x == pytest.approx(line[1].x + measure_text(line[1].run, 7.0))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("https://doi.org/10.1000/very-long-path", ["https://doi.org/", "10.1000/very-", "long-path"]),
        ("nurses/psychologists/psychiatrists", ["nurses/", "psychologists/", "psychiatrists"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschiff", "fahrtsgesellschaft"]),
    ],
)  # fmt: skip
def test_a_long_word_is_cut_after_a_slash_or_a_hyphen_if_it_has_one(text, lines):
    wrapped = wrap_runs([Run(text)], 58, 7.0)
    assert [piece.run.text for line in wrapped for piece in line] == lines


def test_scripts_without_spaces_break_anywhere_but_not_before_a_full_stop():
    text, style = "全国精神科医の調査。", TextStyle(8)
    room = style.measure("全国精神科医の調査") + 0.1  # with a font that has them, or boxes
    wrapped = wrap_lines(text, style, room, 3)
    assert "".join(wrapped) == text
    assert wrapped == ("全国精神科医の調", "査。")


def test_a_mark_stays_with_its_letter():
    wrapped = wrap_lines("e\u0301" * 40, TextStyle(8.0), 50, 9)
    assert len(wrapped) > 1
    assert not [line for line in wrapped if unicodedata.combining(line[0])]


def test_wide_letters_are_one_em_wide_elsewhere():
    run = Run("全国 2013")
    rest = measure_text(Run(" 2013"), 10.0)
    assert measure_elsewhere(run, 10.0) == pytest.approx(20 + rest)
    assert measure_text(run, 10.0) >= 20 + rest


def test_control_characters_take_no_room_and_are_not_drawn():
    plain, dirty = Run("Reason 1"), Run("Rea\x07so\x00n\u202e 1\ud800")
    assert measure_text(dirty, 8.0) == measure_text(plain, 8.0)
    assert wrap_runs([dirty], 200, 8.0) == wrap_runs([plain], 200, 8.0)
    assert draw_text(0, 0, dirty, 8.0, new_axes(40, 20)).get_text() == "Reason 1"
