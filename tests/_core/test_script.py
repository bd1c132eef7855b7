"""Text for matching: one form for what is one word, and different forms for different words."""

# ruff: noqa: RUF001 -- letters that look alike are the subject

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit._core.script import LETTERS, ascii_digits, matching_text


class TestForms:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("علي كريمي", "علی کریمی"),  # yeh and kaf of an Arabic and of a Persian keyboard
            ("می‌خواهم", "مي خواهم"),  # zero-width non-joiner and blank
            ("۱۳۹۸", "١٣٩٨"),
            ("۱۳۹۸", "1398"),
            ("كِتَابٌ", "كتاب"),  # vowel points
            ("كـتاب", "كتاب"),  # tatweel
            ("إيمان", "ایمان"),
            ("مؤسسه", "موسسه"),
            ("Müller", "Mu\u0308ller"),
            ("MÜLLER", "muller"),
            ("Straße", "STRASSE"),
            ("Søren Kierkegaard", "Soren Kierkegaard"),
            ("Łódź", "Lodz"),
            ("Ёлка", "елка"),
            ("ﬁne", "fine"),
            ("O’Neill", "O'Neill"),
            ("well‐being", "well-being"),
            ("well–being", "well being"),
            ("Part Ⅱ", "part II"),
            ("Ｆｕｌｌ", "full"),
            ("ΣΟΦΟΣ", "σοφος"),
            ("a\u00adb\u200b\ufeff", "ab"),
        ],
    )
    def test_one_word_has_one_form(self, one, other):
        assert matching_text(one) == matching_text(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("が", "か"),  # voiced and not
            ("कि", "की"),  # vowels that are marks
            ("한", "하"),
            ("Part I", "Part II"),
            ("burnout", "burn out"),
            ("王", "玉"),
        ],
    )
    def test_different_words_stay_apart(self, one, other):
        assert matching_text(one) != matching_text(other)

    def test_nothing_but_signs_is_nothing(self):
        assert matching_text(" — … “” \t\n") == ""


class TestDigits:
    @pytest.mark.parametrize(
        "digits", ["۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९"]
    )
    def test_of_every_script(self, digits):
        assert ascii_digits(digits) == "0123456789" == matching_text(digits)

    def test_other_text_stays(self):
        assert ascii_digits("س ۲ é²") == "س 2 é²"


class TestLaws:
    @given(st.text())
    def test_idempotent(self, text):
        once = matching_text(text)
        assert matching_text(once) == once

    @given(st.text())
    def test_composition_does_not_matter(self, text):
        composed, taken_apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
        assert matching_text(composed) == matching_text(taken_apart)

    @given(st.text(st.characters(max_codepoint=127)))
    def test_ascii_is_lower_letters_and_digits(self, text):
        form = matching_text(text)
        assert set(form) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
        assert form.replace(" ", "") == "".join(filter(str.isalnum, text.lower()))

    @given(st.text(), st.text())
    def test_words_stay_words(self, one, other):
        assert matching_text(f"{one} {other}") == " ".join(
            filter(None, [matching_text(one), matching_text(other)])
        )

    @pytest.mark.parametrize("letter", LETTERS)
    def test_a_listed_letter_ends_in_a_form_that_stays(self, letter):
        assert matching_text(LETTERS[letter]) == LETTERS[letter]
