"""What feeds ask of pollers."""

from __future__ import annotations

import pytest

from pipeline.sources.hints import hints_of
from pipeline.types import FeedHints

BASE = "https://paper.example/feed"


@pytest.mark.parametrize(
    ("channel", "hints"),
    [
        ({}, FeedHints()),
        ({"ttl": "30"}, FeedHints(ttl_seconds=1800)),
        ({"ttl": " 1.5 "}, FeedHints(ttl_seconds=60)),
        *(({"ttl": ttl}, FeedHints()) for ttl in ("0", "-5", "", "soon", "9999999999", None)),
        ({"ttl": "999999999"}, FeedHints(ttl_seconds=31 * 86_400)),
        ({"sy_updateperiod": "hourly"}, FeedHints(update_seconds=3_600)),
        ({"sy_updateperiod": " Dayly\n", "sy_updatefrequency": "4"}, FeedHints(update_seconds=21_600)),
        ({"sy_updateperiod": "weekly", "sy_updatefrequency": "0"}, FeedHints()),
        ({"sy_updateperiod": "hourly", "sy_updatefrequency": "-1"}, FeedHints()),
        ({"sy_updateperiod": "always"}, FeedHints()),
        ({"sy_updatefrequency": "2"}, FeedHints()),
        ({"links": [{"rel": "hub", "href": "https://hub.example/"}]}, FeedHints(hub="https://hub.example/")),
        ({"links": [{"rel": "SELF", "href": "/atom"}]}, FeedHints(self_url="https://paper.example/atom")),
        (
            {"links": [{"rel": "hub", "href": f"https://{name}.example/"} for name in "aba"]},
            FeedHints(hub="https://a.example/", hubs=("https://a.example/", "https://b.example/")),
        ),
        ({"links": [{"rel": "hub self", "href": "/x"}]}, FeedHints(hub="https://paper.example/x", self_url="https://paper.example/x")),
        ({"links": [{"rel": "next", "href": "?page=2"}]}, FeedHints(next_url="https://paper.example/feed?page=2")),
        ({"links": [{"rel": "hub", "href": "javascript:x"}, {"rel": "hub"}, "x"]}, FeedHints()),
        ({"links": "x"}, FeedHints()),
    ],
)
def test_hints(channel: dict[str, object], hints: FeedHints) -> None:
    """What makes sense is taken, in seconds and absolute URLs."""
    assert hints_of(channel, b"", base_url=BASE) == hints


@pytest.mark.parametrize(
    ("body", "hours", "days"),
    [
        (b"<skipHours><hour>1</hour><hour> 23 </hour></skipHours>", (1, 23), ()),
        (b"<skipHours><hour>24</hour><hour>25</hour><hour>x</hour></skipHours>", (0,), ()),
        (b"<SKIPDAYS><day>sunday</day><day>MONDAY</day><day>Someday</day></SKIPDAYS>", (), ("monday", "sunday")),
        (b"<skipHours>" + b"<hour>1</hour>" * 1_000, (), ()),
        (b"<hour>1</hour>", (), ()),
    ],
)
def test_skipped(body: bytes, hours: tuple[int, ...], days: tuple[str, ...]) -> None:
    """Hours and days are read from the bytes."""
    hints = hints_of({}, body, base_url=BASE)
    assert (hints.skip_hours, hints.skip_days) == (hours, days)
