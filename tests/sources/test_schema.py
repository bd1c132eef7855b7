"""Schemas: a dict and a TOML file say the same, and each mistake is named."""

import math

import pytest
from source_cases import write

from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.cells import TYPES
from reviewkit.sources.schema import DEFAULT, Column, build_schema, plain_name

TOML = """
key = ["study", "outcome"]
missing = "no mention"
sheet = "Data"

[columns]
country = "text"
events = { type = "count", from = ["proportion_count"] }

[columns.age]
type = "number"
unit = "years"
minimum = 18
maximum = 99
missing = ["?"]

[columns.mbi]
allowed = ["MBI", "Non-MBI"]
required = true
"""

DICT = {
    "key": ["study", "outcome"],
    "missing": ["no mention"],
    "sheet": "Data",
    "columns": {
        "country": "text",
        "events": {"type": "count", "from": "proportion_count"},
        "age": {
            "type": "number", "unit": "years", "minimum": 18, "maximum": 99, "missing": ["?"],
        },
        "mbi": {"allowed": ["MBI", "Non-MBI"], "required": True},
    },
}  # fmt: skip


def test_toml_and_dict_are_the_same(tmp_path):
    assert build_schema(write(tmp_path, TOML, "schema.toml")) == build_schema(DICT)


def test_what_is_declared():
    schema = build_schema(DICT)
    assert schema.columns["age"] == Column("age", "number", "years", 18, 99, missing=("?",))
    assert schema.columns["events"].spellings == ("proportion_count",)
    assert (schema.key, schema.missing) == (("study", "outcome"), ("no mention",))
    assert schema.declared == {"country", "events", "age", "mbi"}


def test_it_adds_to_the_default_and_wins():
    schema = build_schema({"columns": {"n": {"type": "text"}}})
    assert schema.columns["n"].type == "text"
    assert schema.columns["events"] == DEFAULT["events"]


def test_a_header_taken_from_a_default_column_takes_its_place():
    schema = build_schema({"columns": {"size": {"type": "count", "from": "n"}}})
    assert "n" not in schema.columns


def test_none_is_the_default():
    assert build_schema(None).columns is DEFAULT
    assert build_schema({}) == build_schema({"columns": {}})


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_can_be_declared(kind):
    column = build_schema({"columns": {"x": kind}}).columns["x"]
    assert (column.minimum, column.maximum) == (TYPES[kind].minimum, TYPES[kind].maximum)


def test_headers_of_a_column():
    column = Column("age", "number", unit="years", spellings=("Mean age",))
    assert {
        plain_name(h) for h in ("Age", "age (years)", "Age [years]", "mean_age")
    } == column.headers
    assert plain_name("%") == "%"
    assert math.isinf(column.maximum)


class TestMisuse:
    @pytest.mark.parametrize(
        ("schema", "message"),
        [
            ({"colums": {}}, r"may set columns, key, missing, sheet\. Got 'colums'\. Did you mean"),
            (
                {"columns": {"n": {"typ": "count"}}},
                r"column 'n' of `schema` may set .* mean 'type'",
            ),
            ({"columns": {"n": "int"}}, "must be one of 'text', 'count', .* Got 'int'"),
            ({"columns": {"n": 5}}, "column 'n' of `schema` must be a type or a table"),
            ({"columns": ["n"]}, "`columns` of `schema` must map names to types"),
            ({"columns": {"n": {"minimum": "1"}}}, "`minimum` of column 'n' .* must be a number"),
            ({"columns": {"n": {"required": 1}}}, "`required` of column 'n' .* true or false"),
            ({"columns": {"n": {"allowed": 5}}}, "`allowed` of column 'n' .* a list of texts"),
            ({"key": [["study"]]}, "`key` of `schema` must be a text or a list of texts"),
            ({"sheet": 1}, "`sheet` of `schema` must be the name of a sheet"),
        ],
    )
    def test_names_the_place(self, schema, message):
        with pytest.raises(InputError, match=message):
            build_schema(schema)

    def test_no_file(self, tmp_path):
        with pytest.raises(InputError, match=r"must be a dict or a TOML file. Found no file"):
            build_schema(tmp_path / "schema.toml")

    def test_no_toml(self, tmp_path):
        with pytest.raises(
            ParseError, match=r"'schema.toml' must hold a schema in TOML\. .*line 2"
        ):
            build_schema(write(tmp_path, "\n[columns\n", "schema.toml"))
