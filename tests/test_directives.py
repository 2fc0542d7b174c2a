"""Directives for robots, found in a page that nobody has read yet. What they mean one by one is in tests/clean/test_rights.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.directives import forbids_keeping
from pipeline.types import Digest, FetchedPage

URL = "https://paper.example/story"


def page_of(body: str | bytes, headers: tuple[tuple[str, str], ...] = ()) -> FetchedPage:
    raw = body if isinstance(body, bytes) else body.encode()
    at = datetime(2026, 11, 18, tzinfo=UTC)
    return FetchedPage(url=URL, final_url=URL, status=200, headers=headers, body=raw, digest=Digest("0" * 64), fetched_at=at)


KEPT = "<p>noarchive</p><meta name=googlebot content=noarchive><meta name='description' content='noarchive'><meta content='noarchive'>"


@pytest.mark.parametrize(
    "tag",
    [
        '<meta name="robots" content="noarchive">',
        "<META CONTENT='noindex, NOARCHIVE' NAME='Robots'/>",
        "<meta name=wireroom content=none>",
        '<meta data-x="1"\n name = "robots"\n content = "max-snippet:-1, noarchive">',
    ],
)
def test_a_page_that_is_not_to_be_kept_is_known_unread(tag: str) -> None:
    """By the raw bytes alone, as they are archived before anybody reads them."""
    assert forbids_keeping(page_of(f"<html><head>{tag}</head><body></body></html>"))
    assert not forbids_keeping(page_of(f"<html><head>{KEPT}</head></html>"))
    assert forbids_keeping(page_of("<html>", headers=(("X-Robots-Tag", "noarchive"),)))
    assert not forbids_keeping(page_of("<html>", headers=(("X-Robots-Tag", "otherbot: noarchive"),)))


@pytest.mark.parametrize(
    "body", [b"<meta " * 100_000, b"<meta name=" + b" " * 100_000, b"<meta content='" + b"x" * 300_000 + b"'>", b"\xff" * 1_000]
)
def test_hostile_heads_are_looked_through_in_no_time(body: bytes) -> None:
    """Whatever is opened and not closed."""
    assert not forbids_keeping(page_of(body))
