"""pipeline/fetch/statuses.py: each status and content type has one meaning."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.errors import RetryableError
from pipeline.fetch.statuses import page_end, refuse_other_types
from pipeline.types import Digest, FetchedPage, Rejected

HTML = b"<!DOCTYPE html><html><body>x</body></html>"


def page(status: int = 200, body: bytes = HTML, content_type: str | None = "text/html; charset=utf-8") -> FetchedPage:
    """Make an answer."""
    headers = () if content_type is None else (("content-type", content_type),)
    return FetchedPage(
        url="http://a.example/",
        final_url="http://a.example/",
        status=status,
        headers=headers,
        body=body,
        digest=Digest(""),
        fetched_at=datetime(2026, 11, 18, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (204, "empty"),
        (205, "empty"),
        (300, "bad-redirect"),
        (302, "bad-redirect"),
        (400, "refused"),
        (401, "forbidden"),
        (402, "payment-required"),
        (403, "forbidden"),
        (404, "gone"),
        (405, "refused"),
        (407, "forbidden"),
        (410, "gone"),
        (418, "refused"),
        (451, "forbidden-by-law"),
    ],
)
def test_final_statuses_are_rejected(status: int, reason: str) -> None:
    """An expected end, with the status in the detail."""
    end = page_end(page(status))
    assert isinstance(end, Rejected)
    assert end.reason == reason
    assert str(status) in end.detail


@pytest.mark.parametrize("status", [408, 425, 500, 501, 502, 504, 520, 522, 524, 599, 999, 199])
def test_passing_statuses_are_retried(status: int) -> None:
    """Faults of the server, and what is no status at all."""
    end = page_end(page(status))
    assert isinstance(end, RetryableError)
    assert "http://a.example/" in str(end)


@pytest.mark.parametrize("status", [200, 203, 206])
def test_pages_are_pages(status: int) -> None:
    """With a body of HTML there is nothing to say against them."""
    assert page_end(page(status)) is None


def test_an_empty_page_is_none() -> None:
    """Spaces are no page."""
    end = page_end(page(body=b" \n "))
    assert isinstance(end, Rejected)
    assert end.reason == "empty"


@pytest.mark.parametrize(
    "content_type",
    ["text/html", "TEXT/HTML;charset=x", "application/xhtml+xml", "text/plain", "", None, "text/xml", "application/octet-stream"],
)
def test_html_is_html_by_its_type_or_its_bytes(content_type: str | None) -> None:
    """Where the type is missing or doubtful, the bytes decide."""
    assert page_end(page(content_type=content_type)) is None
    assert refuse_other_types(200, page(content_type=content_type).headers) == ""


@pytest.mark.parametrize(
    "content_type", ["application/pdf", "image/jpeg", "video/mp4", "application/json", "application/rss+xml", "text/css"]
)
def test_other_types_are_refused_before_the_body(content_type: str) -> None:
    """Nobody reads a video to find out that it is no article. Errors keep their meaning."""
    assert refuse_other_types(200, (("Content-Type", content_type),)) == "not-html"
    assert refuse_other_types(404, (("Content-Type", content_type),)) == ""


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 <html>", "text/html"),
        (b"\x89PNG\r\n", "text/html"),
        (b"just words", "text/plain"),
        (b"{}", None),
        (b"<rss></rss>", "text/xml"),
    ],
)
def test_bytes_that_are_no_html_are_rejected(body: bytes, content_type: str | None) -> None:
    """Even where the server calls them so."""
    end = page_end(page(body=body, content_type=content_type))
    assert isinstance(end, Rejected)
    assert end.reason == "not-html"
