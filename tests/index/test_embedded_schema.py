from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

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


def words_of(field: str, **changes: Any) -> list[str]:
    """What stands in a field of a document of these values, in order."""
    built: str = tantivy_document(document(**changes)).to_dict()[field][0]
    return sorted(built.split())


def test_one_list_for_all_of_a_word() -> None:
    """A stem for each word, the word beside it where folding changes it; a title's count threefold; without a stemmer, words."""
    fields = {"title": "Wahlen", "body": "Zürich wählt", "source": "X"}
    assert words_of("anywhere", language="de", **fields) == ["de:wahl"] * 3 + ["de:wahlt", "de:x", "de:zurich", "wahlt", "zurich"]
    assert words_of("anywhere", language="und", **fields) == ["wahlen"] * 3 + ["wahlt", "x", "zurich"]
    assert words_of("anywhere", language="en", title="東京 tower", body="", source="") == ["en:tower"] * 3 + ["京"] * 3 + ["東京"] * 3


def test_earlier_revisions_are_in_lists_of_their_own() -> None:
    """So that nobody who asks for the latest meets them."""
    old = {"title": "Oil", "body": "", "source": "", "superseded_at": "2026-11-21T00:00:00Z"}
    assert words_of("anywhere", **old) == ["~en:oil"] * 3
    assert words_of("starts", **old) == ["~oi", "~oil"]


def test_beginnings_of_words() -> None:
    """Two to four letters of each word, folded, once each."""
    assert words_of("starts", title="Élan elan", body="a of", source="Elation") == ["el", "ela", "elan", "elat", "of"]
