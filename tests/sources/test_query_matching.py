"""Search of local records against a plain search by regular expressions, word by word."""

import re
from functools import reduce
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from query_cases import WORDS, make_records, trees

from reviewkit.sources.queries import parse_query
from reviewkit.sources.query_matching import Matcher
from reviewkit.sources.query_numbering import number_words
from reviewkit.sources.query_parser import parse_line
from reviewkit.sources.query_tree import (
    TEXT_FIELDS,
    Group,
    LineRef,
    Near,
    Term,
    Without,
    join_nodes,
)
from reviewkit.sources.query_words import fold_words

RECORDS = make_records()
MATCHER = Matcher(RECORDS)


def found(text, records=RECORDS, platform=None):
    return list(parse_query(text, platform=platform).apply(records).found)


def find_plainly(node, cells):
    """Return whether one record matches, by trying all places of all words."""
    if isinstance(node, Term):
        return any(places(node, words) for words in fields_of(node, cells))
    if isinstance(node, Without):
        return find_plainly(node.keep, cells) and not find_plainly(node.drop, cells)
    if isinstance(node, Group):
        join = all if node.operator == "AND" else any
        return join(find_plainly(part, cells) for part in node.parts)
    return any(near_places(node, field, words) for field, words in cells.items())


def fields_of(term, cells):
    fields = term.fields or TEXT_FIELDS
    return [cells[f] for f in (TEXT_FIELDS if fields == ("all",) else fields)]


def places(term, words):
    """Return all (first, last) places of a term in a list of words."""
    pattern = [one.replace("*{2}", r"\w{0,2}").replace("*", r"\w*").replace("?", r"\w").replace("$", r"\w?")
               for one in term.text.split()]  # fmt: skip
    return [
        (at, at + len(pattern) - 1)
        for at in range(len(words) - len(pattern) + 1)
        if all(re.fullmatch(p, w) for p, w in zip(pattern, words[at:], strict=False))
    ]


def near_places(node, field, words):
    lists = []
    for part in node.parts:
        options = part.parts if isinstance(part, Group) else (part,)
        lists.append(
            [
                span
                for term in options
                if field
                in ((term.fields or TEXT_FIELDS) if term.fields != ("all",) else TEXT_FIELDS)
                for span in places(term, words)
            ]
        )
    return any(fits(node, chosen) for chosen in product(*lists))


def fits(node, spans):
    def join(left, right):
        if left is None:
            return None
        for first, second in ((left, right), (right, left))[: 1 if node.ordered else 2]:
            between = second[0] - first[1] - 1
            if 0 <= between <= node.distance:
                return first[0], second[1]
        return None

    whole = reduce(join, spans[1:], spans[0])
    if whole is None:
        return False
    return not node.window or whole[1] - whole[0] + 1 <= len(spans) + node.distance


texts = st.lists(
    st.sampled_from([*WORDS, "therapy", "therapeutic", "woman", "women", "behavior", "stressed"]),
    max_size=9,
).map(" ".join)
frames = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=6).map(
    lambda rows: pd.DataFrame(rows, columns=list(TEXT_FIELDS))
)


class TestAgainstAPlainSearch:
    @pytest.mark.parametrize("platform", ["ovid", "scopus", "pubmed"])
    @given(data=st.data(), frame=frames)
    @settings(max_examples=35)
    def test_every_tree_finds_what_trying_all_places_finds(self, platform, data, frame):
        tree = data.draw(trees(platform, special=False))
        match = Matcher(frame).match(tree)
        plain = [
            find_plainly(tree, {field: text.split() for field, text in row.items()})
            for row in frame.to_dict("records")
        ]
        assert match.sure.tolist() == plain
        assert match.possible.tolist() == plain

    @given(st.lists(st.text(alphabet="abcdéß سی", max_size=40), max_size=8))
    def test_numbers_of_words_give_the_words_back(self, rows):
        numbered = number_words(rows)
        assert [numbered.words[code] for code in numbered.codes] == " ".join(rows).split()
        assert numbered.sizes.tolist() == [len(row.split()) for row in rows]
        assert len(set(numbered.words)) == len(numbered.words)

    def test_words_longer_than_eight_bytes_are_told_apart(self):
        rows = ["a" * n + "b" * (n % 2) for n in range(1, 120)]
        assert len(number_words(rows).words) == len(set(rows))

    def test_more_words_than_16_bits_and_buckets_tell_apart(self):
        rows = [f"w{i} w{i // 2}" for i in range(70_000)]
        numbered = number_words(rows)
        assert [numbered.words[code] for code in numbered.codes] == " ".join(rows).split()
        assert (np.diff(numbered.codes[numbered.order]) >= 0).all()

    @pytest.mark.parametrize(
        "text", ["harm NEAR/{} client", "client NEAR/{} harm", "harm PRE/{} client"]
    )
    def test_few_places_beside_many(self, text):
        frame = pd.DataFrame({"title": ["harm " * 10 + "x y client"]})
        assert [bool(found(text.format(n), frame, "generic")) for n in (1, 2)] == [False, True]


class TestWords:
    @pytest.mark.parametrize(
        ("text", "ids"),
        [
            ('"burn out"', ["r1"]), ("BURN-OUT", ["r1"]), ("burnout", ["r1", "r6"]), ("naive", ["r4"]),
            ("naïve", ["r4"]), ("behaviour", ["r4"]), ("behavio$r", ["r4"]), ("clients", ["r4"]), ("client", ["r2"]),
            ("wom?n", ["r4"]), ("psychotherap*", ["r1", "r2", "r3"]), ("*sellor", ["r6"]), ('"harm * therapists"', ["r3"]),
            ('"therapist harm"', ["r2"]), ("injury NEAR/3 frequent", ["r6"]), ("injury NEAR/2 frequent", ["r6"]),
            ("injury NEAR/1 frequent", []), ("frequent PRE/9 injury", []), ("injury PRE/9 frequent", ["r6"]),
            ("فرسودگی", ["r5"]), ("شغلی", ["r5"]), ('"درمان گران"', ["r5"]),
        ],
    )  # fmt: skip
    def test_case_accents_hyphens_and_letters_of_two_keyboards_do_not_matter(self, text, ids):
        assert found(text, platform="generic") == ids

    def test_a_phrase_ends_with_its_field(self):
        frame = pd.DataFrame({"title": ["therapist", "therapist harm"], "abstract": ["harm", ""]})
        assert found('"therapist harm"', frame) == ["1"]
        assert found("therapist NEAR/9 harm", frame, "wos") == ["1"]
        assert found("therapist AND harm", frame) == ["0", "1"]

    def test_fields(self):
        assert found("harm[ti]") == ["r2", "r3"]
        assert found("behaviour[ot]") == ["r4"]
        assert found("AB=(harm OR injury)", platform="wos") == ["r1", "r2", "r6"]

    def test_folding_ascii_and_all_else_agree(self):
        text = "The therapist's O'Brien-like 10% (A_B)"
        assert fold_words(text).split() == fold_words(text + " é").split()[:-1]


class TestWhatIsNotKnown:
    def test_a_heading_is_neither_found_nor_missed(self):
        hits = parse_query('"Burnout, Professional"[Mesh] OR harm[ti]').apply(RECORDS)
        assert hits.found == ("r2", "r3")
        assert hits.unsure == ("r1", "r4", "r5", "r6")
        assert "Headings of a thesaurus cannot be searched" in hits.summary()

    def test_not_a_heading_keeps_nothing_for_sure(self):
        hits = parse_query('harm[ti] NOT "Child"[Mesh]').apply(RECORDS)
        assert (hits.found, hits.unsure) == ((), ("r2", "r3"))

    def test_years_and_languages_of_the_records(self):
        assert found("2015:2019[dp]") == ["r1", "r2"]
        assert list(parse_query("2015:2019[dp]").apply(RECORDS).unsure) == ["r4"]
        assert found("english[la]") == ["r1", "r2", "r3", "r6"]

    def test_a_column_that_is_not_there_is_told(self):
        hits = parse_query("Smith[au] OR harm[ti]").apply(RECORDS)
        assert hits.found == ("r2", "r3")
        assert len(hits.unsure) == 4
        assert "no column for author" in hits.summary()

    def test_texts_that_are_not_there_narrow_a_search_and_are_told(self):
        hits = parse_query("harm").apply(RECORDS[["record", "title"]])
        assert (hits.found, hits.unsure) == (("r2", "r3"), ())
        assert "6 of 6 records have no abstract." in hits.summary()


class TestLaws:
    @given(data=st.data())
    @settings(max_examples=20)
    def test_de_morgan(self, data):
        part = trees("wos")
        whole, left, right = data.draw(part), data.draw(part), data.draw(part)
        pairs = [
            (Without(whole, join_nodes("OR", left, right)), "AND"),
            (Without(whole, join_nodes("AND", left, right)), "OR"),
        ]
        for tree, operator in pairs:
            other = join_nodes(operator, Without(whole, left), Without(whole, right))
            first, second = MATCHER.match(tree), MATCHER.match(other)
            assert np.array_equal(first.sure, second.sure)
            assert np.array_equal(first.possible, second.possible)

    @given(trees("ovid"))
    @settings(max_examples=25)
    def test_what_is_sure_is_possible(self, tree):
        match = MATCHER.match(tree)
        assert (match.possible | ~match.sure).all()

    @given(st.integers(0, 8), st.sampled_from(WORDS), st.sampled_from(WORDS), frames)
    def test_more_distance_finds_more(self, distance, left, right, frame):
        matcher = Matcher(frame)
        parts = (Term(left), Term(right))
        near, far = (matcher.match(Near(parts, n)).sure for n in (distance, distance + 1))
        both = matcher.match(Group("AND", parts)).sure
        assert (far | ~near).all()
        assert (both | ~far).all()


class TestMisuse:
    def test_no_text_at_all(self):
        with pytest.raises(
            ValueError, match=r"one of the columns 'title', .* Its columns are 'name'"
        ):
            Matcher(pd.DataFrame({"name": ["a"]}))

    def test_no_records(self):
        hits = parse_query("a AND (b NOT c) AND d[dp]").apply(RECORDS.iloc[:0])
        assert hits.found == ()
        assert "0 of 0 records" in hits.summary()

    def test_a_line_that_is_not_there(self):
        with pytest.raises(ValueError, match=r"Line 7 is not among them: there are none"):
            MATCHER.match(LineRef("7"))

    def test_and_within_proximity(self):
        node = Near((Term("a"), Group("AND", (Term("b"), Term("c")))), 3)
        with pytest.raises(ValueError, match="joins words and lists of words under OR"):
            MATCHER.match(node)

    def test_strange_texts(self):
        frame = pd.DataFrame(
            {"title": ["\ud800 a\0b", "x" * 100_000, "", None, 5, "\n\r\t"]}, dtype=object
        )
        assert list(parse_query("b OR 5").apply(frame).found) == ["0", "4"]

    def test_reading_leaves_the_records_as_they_are(self):
        before = RECORDS.copy()
        parse_query("harm NOT client").apply(RECORDS, included=["r1"])
        pd.testing.assert_frame_equal(before, RECORDS)

    def test_parse_line_and_a_hundred_levels(self):
        text = "(" * 99 + "a" + ")" * 99
        assert MATCHER.match(parse_line(text, "generic").node).sure.sum() == 1
