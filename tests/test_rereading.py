"""Reading the newest articles back out of the index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.rereading import learn_into, newest
from tests.fakes_index import InMemoryIndex
from tests.index.documents import document


def test_the_newest_are_read_page_by_page() -> None:
    """All of them where there are few, no more than asked for where there are many."""
    index = InMemoryIndex()
    index.upsert(document(f"{number}", people=["Ann Lee"], body=f"Text {number}.") for number in range(300))
    index.refresh()
    told = list(newest(index))
    assert len({one.text for one in told}) == len(told) == 300
    assert told[0].people == ("Ann Lee",)
    assert len(list(newest(index, count=260))) == 260


def test_learning_once_a_day(tmp_path: Path) -> None:
    """Whoever asks outright learns at once."""
    file, index = tmp_path / "learned.json", InMemoryIndex()
    index.upsert([document("one"), document("two")])
    index.refresh()
    now = datetime.now(UTC)
    assert learn_into(file, index, now, daily=True) == 2
    assert learn_into(file, index, now, daily=True) == 0
    assert learn_into(file, index, now) == 2
    assert learn_into(file, index, now + timedelta(days=1, minutes=1), daily=True) == 2
