"""How values lie in a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, create_engine, exc, insert, select

from pipeline.ledger import Outcome
from pipeline.state.columns import Hex, OneOf, Packed, Prose, UtcTime
from pipeline.types import FeedHints

SAMPLES = Table(
    "samples",
    MetaData(),
    Column("hex", Hex),
    Column("time", UtcTime),
    Column("prose", Prose),
    Column("word", OneOf(Outcome)),
    Column("value", Packed[FeedHints](FeedHints)),
)
TOKYO = datetime(2026, 11, 18, 21, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))


def _there_and_back(**values: object) -> dict[str, object]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        SAMPLES.create(connection)
        connection.execute(insert(SAMPLES).values(values))
        row = connection.execute(select(SAMPLES)).one()
    engine.dispose()
    return {name: value for name, value in row._mapping.items() if name in values}


@pytest.mark.parametrize("values", [{"hex": "00ff" * 8}, {"word": Outcome.INDEXED}, {"value": FeedHints(skip_hours=(1, 2))}])
def test_values_come_back(values: dict[str, object]) -> None:
    """In value and type."""
    found = _there_and_back(**values)
    assert found == values
    assert list(map(type, found.values())) == list(map(type, values.values()))


@pytest.mark.parametrize("name", ["hex", "time", "prose", "word", "value"])
def test_none_comes_back(name: str) -> None:
    """As None, not as an empty value."""
    assert _there_and_back(**{name: None}) == {name: None}


def test_times_are_utc() -> None:
    """The same moment to the microsecond, whatever zone it came in."""
    found = _there_and_back(time=TOKYO)["time"]
    assert found == TOKYO
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


def test_hostile_text_is_stored() -> None:
    """Without what would make a database refuse it."""
    assert _there_and_back(prose="a\0b\ud800c 記事") == {"prose": "a\ufffdb\ufffdc 記事"}


@pytest.mark.parametrize("values", [{"hex": "no hex"}, {"time": TOKYO.replace(tzinfo=None)}, {"word": "unheard-of"}])
def test_what_is_not_of_the_type_is_refused(values: dict[str, object]) -> None:
    """Before it is written, with an error that `faults` knows."""
    with pytest.raises(exc.StatementError):
        _there_and_back(**values)
