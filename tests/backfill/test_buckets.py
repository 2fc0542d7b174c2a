"""Which parts of a sitemap index are worth reading for a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.backfill.buckets import may_list, parts_for
from pipeline.types import FeedHints

DAY = date(2024, 5, 3)
START = datetime(2024, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("sitemap-2024-05-03.xml", True),
        ("sitemap_20240502.xml.gz", True),  # a publisher's day is not UTC's
        ("2024/05/05/sitemap.xml", False),
        ("sitemap-2023-05-03.xml", False),
        ("sitemap-2024-05.xml", True),
        ("sitemap-202404.xml", False),
        ("archive/2024/5.xml", True),
        ("archive-2023.xml", False),
        ("post-sitemap17.xml", True),
        ("sitemap-20241399.xml", True),  # no date at all
        ("sitemap.xml?id=120240503", True),
        ("sitemap-2024-02-31.xml", True),
    ],
)
def test_names_with_dates(name: str, wanted: bool) -> None:
    """Day, month or year; whatever names none may hold anything."""
    assert may_list(f"https://a.example/{name}", DAY, DAY) is wanted


def test_months_at_their_edges() -> None:
    """The last of April may lie in May's file."""
    assert may_list("https://a.example/2024-05.xml", date(2024, 4, 30), date(2024, 4, 30))
    assert not may_list("https://a.example/2024-05.xml", date(2024, 4, 29), date(2024, 4, 29))


def test_parts_by_change_and_name() -> None:
    """What changed last before the day cannot list it; of the others the nearest in time comes first, the undated last."""
    changed = {
        "undated": None,
        "old": START - timedelta(days=2),
        "late": START + timedelta(days=90),
        "near": START + timedelta(hours=30),
        "2019-01": START,
    }
    hints = FeedHints(child_sitemaps=tuple(f"https://a.example/{name}.xml" for name in changed), child_changed=tuple(changed.values()))
    parts = parts_for(hints, START, START + timedelta(days=1))
    assert [part.rpartition("/")[2] for part in parts] == ["near.xml", "late.xml", "undated.xml"]
    bare = FeedHints(child_sitemaps=("https://a.example/b.xml", "https://a.example/a-2024-05-03.xml"))
    assert parts_for(bare, START, START + timedelta(days=1))[0].endswith("a-2024-05-03.xml")
