from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.index.dates import microseconds
from pipeline.index.embedded_schema import build_schema, key_term, order_of, tantivy_document
from tests.index.documents import document

_times = st.integers(-8_500_000_000, 8_500_000_000).map(lambda seconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@given(_times, _times, st.text(max_size=5), st.text(max_size=5))
def test_order_is_that_of_time(one: datetime, other: datetime, first_id: str, second_id: str) -> None:
    """A second later is greater whatever the ids, and every order fits into 64 bits."""
    if abs(one - other) >= timedelta(seconds=1):
        assert (order_of(one, first_id) < order_of(other, second_id)) == (one < other)
    assert 0 <= order_of(one, first_id) < 2**64


@given(st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC)))
def test_no_time_is_out_of_range(moment: datetime) -> None:
    """Any year of the calendar can be indexed."""
    assert 0 <= order_of(moment, "x") < 2**64
    assert -(2**63) <= microseconds(moment) < 2**63


def test_articles_of_one_second_are_told_apart() -> None:
    """A thousand articles of one midnight have a thousand places."""
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    assert len({order_of(midnight, f"{at}") for at in range(1000)}) == 1000


def test_whole_values() -> None:
    """Names are folded, addresses are keys, nothing is too long for the engine."""
    assert key_term("people", "Antony  BLINKEN") == "people=antony blinken"
    assert key_term("url", "http://paper.example/A/?utm_source=x") == key_term("url", "https://paper.example/A")
    assert len(key_term("url", "https://paper.example/" + "x" * 9000)) <= 2048


def test_a_document_has_no_field_the_schema_lacks() -> None:
    """Each field that is filled is one of the schema's, and only the id is stored."""
    full = document(
        people=["Antony Blinken"], tags=["x"], section="World", agency="VOA", captions=[{"text": "a", "credit": "b"}], language="en-GB"
    )
    built = tantivy_document(full).to_dict()
    builder_fields = repr(build_schema())
    assert builder_fields
    assert built["id"] == [full["article_id"]]
    assert built["group"] == ["en"]
    assert "language=en" in built["keys"]
    assert "people=antony people=blinken" in built["names"][0]
    assert "¶" in built["rest"][0]
    assert "en:quiet" in built["title_stem"][0]
