"""Writing of trees: what is written is read back as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from query_cases import trees

from reviewkit.sources.query_parser import parse_line
from reviewkit.sources.query_platforms import PLATFORMS
from reviewkit.sources.query_print import print_node


@pytest.mark.parametrize("platform", PLATFORMS)
@given(data=st.data())
@settings(max_examples=25)
def test_printing_and_reading_gives_the_same_tree(platform, data):
    tree = data.draw(trees(platform, references=True))
    printed = print_node(tree, platform)
    read = parse_line(printed, platform)
    assert read.node == tree, printed
    assert not [finding for finding in read.findings if finding.severity != "note"], printed


@pytest.mark.parametrize(
    ("platform", "text", "printed"),
    [
        ("pubmed", "a[ti] OR b[ti] AND c", "(a[ti] OR b[ti]) AND c"),
        ("scopus", "TITLE(a OR b AND NOT c)", "TITLE((a OR b) AND NOT c)"),
        ("wos", "TS=(a) OR TS=(b NEAR/3 c)", "TS=(a OR (b NEAR/3 c))"),
        ("ovid", "(A OR B).TI,AB. AND exp *Burnout/", "(A or B).ti,ab. and exp *Burnout/"),
        ("ebsco", 'TI a OR TI b OR DE "x"', 'TI a OR TI b OR DE "x"'),
        ("ovid", "limit 3 to humans", "limit 3 to humans"),
        ("scopus", 'a AND LIMIT-TO(DOCTYPE, "ar")', 'a AND LIMIT-TO(DOCTYPE, "ar")'),
        ("wos", "SO=Nature AND PY=2015-2024", "SO=Nature AND PY=2015-2024"),
    ],
)
def test_the_spelling_of_each_platform(platform, text, printed):
    assert print_node(parse_line(text, platform).node, platform) == printed
