"""Places in texts: each way of counting is taken back to the standard's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.refi_offsets import COUNTS, STANDARD, Selection, find_count, plain_text

RAW = "\ufeffOne 😀 line\r\nburnout here\r\nand 😀 more stress\r\n"
texts = st.text(st.sampled_from("ab é😀\n\r"), max_size=30).map(
    lambda t: t.replace("\r\n", "\n").replace("\n", "\r\n")
)


def count(raw, word, name):
    """Return the places of a word as a program would count them."""
    body = raw if "byte order mark" in name else raw.removeprefix("\ufeff")
    body = body if "carriage returns" in name else body.replace("\r\n", "\n")
    width = (lambda t: len(t.encode("utf-16-le")) // 2) if "UTF-16" in name else len
    start = body.index(word)
    return width(body[:start]), width(body[: start + len(word)])


@pytest.mark.parametrize("name", COUNTS)
def test_words_tell_how_places_were_counted(name):
    words = ["line", "burnout", "stress"]
    told = [Selection(*count(RAW, word, name), word) for word in words]
    _, places = find_count(RAW, told)
    text = plain_text(RAW)
    assert [text[places[start] : places[end]] for start, end, _ in told] == words


@pytest.mark.parametrize("name", ["", "my own name for it", "burnout h..."])
def test_the_standard_stays_where_nothing_contradicts_it(name):
    start, end = count(RAW, "burnout here", STANDARD)
    assert find_count(RAW, [Selection(start, end, name)])[0] == STANDARD


def test_a_cut_name_is_no_contradiction():
    start, end = count(RAW, "burnout here", STANDARD)
    assert find_count(RAW, [Selection(start, end, "burnout h…")])[0] == STANDARD


@given(texts, st.sampled_from(sorted(COUNTS)))
def test_every_place_is_taken_back(body, name):
    raw = "\ufeff" + body
    places = COUNTS[name](raw)
    text = plain_text(raw)
    assert places[0] == 0
    assert places[-1] == len(text)
    assert (places[1:] >= places[:-1]).all()
    if name == STANDARD:
        assert places.tolist() == list(range(len(text) + 1))
