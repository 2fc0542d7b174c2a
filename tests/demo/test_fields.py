"""fields.py: typed reading of TOML tables."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.demo.fields import Fields, read_toml
from pipeline.errors import ConfigurationError
from tests.demo.samples import write


def fields(**table: object) -> Fields:
    return Fields(table, file=Path("a.toml"))


@pytest.mark.parametrize(
    ("read", "table"),
    [
        (lambda one: one.text("key"), {}),
        (lambda one: one.text("key"), {"key": "  "}),
        (lambda one: one.text("key"), {"key": 3}),
        (lambda one: one.optional_text("key"), {"key": 3}),
        (lambda one: one.choice("key", ("left", "right")), {"key": "up"}),
        (lambda one: one.texts("key"), {"key": ["a", ""]}),
        (lambda one: one.texts("key"), {"key": "a"}),
        (lambda one: one.number("key"), {"key": -1}),
        (lambda one: one.number("key"), {"key": True}),
        (lambda one: one.flag("key"), {"key": 1}),
        (lambda one: one.time("key"), {}),
        (lambda one: one.time("key"), {"key": datetime(2026, 1, 1)}),  # noqa: DTZ001 - that is the point
        (lambda one: one.time("key"), {"key": "2026-01-01T00:00:00Z"}),
        (lambda one: one.tables("key"), {"key": {}}),
        (lambda one: one.table("key"), {"key": []}),
    ],
)
def test_a_wrong_value_names_file_and_key(read, table):
    """Whatever is wrong with a value, the message begins with the file and the key."""
    with pytest.raises(ConfigurationError, match=r"^a\.toml: key: got .*; allowed: "):
        read(fields(**table))


def test_inner_tables_name_their_place():
    """A key of an inner table is named with the way to it."""
    (_, second) = fields(rows=[{}, {}]).tables("rows")
    with pytest.raises(ConfigurationError, match=r"a\.toml: rows\[1\]\.name"):
        second.text("name")
    with pytest.raises(ConfigurationError, match=r"a\.toml: quirks\.meta"):
        fields().table("quirks").text("meta")


def test_right_values_are_read():
    """Texts are stripped, times come as UTC, defaults stand for missing keys."""
    one = fields(name=" A ", at=datetime(2026, 1, 1, tzinfo=UTC), words=[" b "])
    assert (one.text("name"), one.time("at"), one.texts("words")) == ("A", datetime(2026, 1, 1, tzinfo=UTC), ("b",))
    assert (one.text("x", "d"), one.optional_text("x"), one.number("x", 4), one.flag("x", True)) == ("d", None, 4, True)
    one.close()


def test_a_key_that_nobody_read_is_refused():
    """A misspelt key does not go unnoticed."""
    with pytest.raises(ConfigurationError, match=r"a\.toml: titel: got 'x'"):
        fields(titel="x").close()


def test_an_unreadable_file_is_named(tmp_path):
    """Missing files and broken TOML are told with the file's name."""
    with pytest.raises(ConfigurationError, match=r"gone\.toml"):
        read_toml(tmp_path / "gone.toml")
    with pytest.raises(ConfigurationError, match=r"bad\.toml"):
        read_toml(write(tmp_path, "bad.toml", "a = = 1"))
