"""LaTeX in values: what is replaced, and that text which is no LaTeX stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.latex import SYMBOLS, decode_latex, decode_verbatim, find_commands


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        (r"{\"o}", "ö"),
        (r"{\"{o}}", "ö"),
        (r"\"o", "ö"),
        (r"\'{\i}", "í"),
        (r"{\'\i}", "í"),
        (r"\v{S}kvoreck{\'y}", "Škvorecký"),
        (r"\c{c}", "ç"),
        (r"\c c", "ç"),
        (r"\H{o}\k{a}\r{u}\.z\=a\d{s}", "őąůżāṣ"),
        (r"{\AA}rhus, S{\o}ren, Stra{\ss}e", "Århus, Søren, Straße"),
        (r"{\L}{\'o}d{\'z}", "Łódź"),
        (r"\textit{E. coli} and {\em B. subtilis}", "E. coli and B. subtilis"),
        (r"p {\textless} 0.05, 37{\textdegree}C", "p < 0.05, 37°C"),
        (r"$\alpha$ of $\beta_2$, R$^{2}$, H$_2$O, $p<0.05$", "α of β2, R2, H2O, p<0.05"),
        (r"a--b---c~d", "a–b—c d"),
        (r"``quoted''", "“quoted”"),
        (r"A \& B, 5\%, x\_y, \$5, \#1, \{z\}", "A & B, 5%, x_y, $5, #1, {z}"),
        (r"\href{https://example.org}{a label}", "https://example.org a label"),
        (r"{The {DNA} of {B}urnout}", "The DNA of Burnout"),
    ],
)
def test_markup_becomes_characters(marked, plain):
    assert decode_latex(marked) == plain


@pytest.mark.parametrize(
    "text",
    [
        "50% of all, 10% of some",  # a LaTeX reader would take % for a comment
        r"C:\data\new \u2019",
        "between $5 and $10",
        "it's 5'' wide & # _ ^",
        "a-b",
        "",
    ],
)
def test_what_is_no_latex_stays(text):
    assert decode_latex(text) == text


def test_escaped_quotation_marks_are_no_accents():
    assert decode_latex(r"don\'t say \"q\"") == 'don\'t say "q"'


def test_unknown_commands_stay_and_are_found():
    assert find_commands(decode_latex(r"\foo{x} \alpha \bar")) == [r"\foo", r"\bar"]


def test_addresses_keep_what_looks_like_markup():
    assert decode_verbatim(r"10.1/a{\_}b\_c~d--e\&f") == "10.1/a_b_c~d--e&f"


@given(st.sampled_from(sorted(SYMBOLS)))
def test_each_symbol_is_read_in_braces_and_before_a_blank(name):
    assert decode_latex(f"a{{\\{name}}}b") == f"a{SYMBOLS[name]}b"
    assert decode_latex(f"\\{name} ") == SYMBOLS[name]


@given(st.text(st.characters(exclude_characters="\\{}$~`-", exclude_categories=["Cs", "Co"])))
def test_text_without_markup_is_itself(text):
    assert decode_latex(text) == text


@given(st.text("\\{}$~`'\"-ab ^_c%", max_size=60))
def test_any_markup_can_be_decoded(text):
    decoded = decode_latex(text)
    assert not any(unicodedata.category(letter) == "Co" for letter in decoded)


@pytest.mark.parametrize("piece", ["$a", "{", "\\", '\\"', "\\'{", "\\a", "``", "--", "\\href{"])
def test_endless_markup_ends(piece):
    assert isinstance(decode_latex(piece * 100_000), str)  # quadratic work would take hours
