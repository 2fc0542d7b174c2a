"""Responses of a WARC file as pages, or why not."""

from __future__ import annotations

import gzip
import hashlib
import io
from datetime import UTC, datetime

import pytest

from pipeline.backfill.choice import Choice
from pipeline.backfill.found import Found, Missed
from pipeline.backfill.warc_pages import Reader, page_of
from pipeline.fetch.decoding import decode
from tests.backfill.warcs import Written, several


def read(*written: Written, choice: Choice | None = None, max_bytes: int = 100_000) -> list[Found | Missed]:
    reader = Reader(choice=choice or Choice(), decode=decode, guess=lambda text: "de" if "Hafen" in text else "und", max_bytes=max_bytes)
    return list(reader.pages(io.BytesIO(b"".join(one.packed() for one in written)), "a.warc.gz"))


def test_a_response_becomes_a_page_of_its_day() -> None:
    """As if it had been fetched then: URL, time, headers, body, digest."""
    (one,) = read(Written())
    assert isinstance(one, Found)
    page = one.page
    assert (page.url, page.final_url, page.status) == (Written().url, Written().url, 200)
    assert page.fetched_at == datetime(2024, 5, 3, 10, tzinfo=UTC)
    assert page.body == Written().body
    assert page.digest == hashlib.sha256(page.body).hexdigest()
    assert ("Content-Type", "text/html; charset=utf-8") in page.headers


def test_a_packed_body_is_unpacked() -> None:
    """What the server sent is not what a cleaner reads."""
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    (one,) = read(Written(body=gzip.compress(b"<p>Hello.</p>"), headers=headers))
    assert isinstance(one, Found)
    assert one.page.body == b"<p>Hello.</p>"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (Written(status="404 Not Found"), "status-404"),
        (Written(headers=(("Content-Type", "application/pdf"),)), "not-html"),
        (Written(body=b"  \n "), "empty"),
        (Written(body=b"x" * 200_000), "too-large"),
        (Written(url="ftp://a.example/1"), "bad-url"),
    ],
)
def test_what_is_no_page_has_its_reason(written: Written, reason: str) -> None:
    """And the pages around it are read."""
    first, bad, last = read(*several(1), written, *several(1))
    assert isinstance(first, Found)
    assert isinstance(last, Found)
    assert isinstance(bad, Missed)
    assert bad.reason == reason


def test_a_language_that_is_not_wanted() -> None:
    """Looked for in the page once everything cheaper was asked."""
    written = (Written(body=b"<p>Der Hafen.</p>"), Written(body=b"<html lang='fr'><p>Le port.</p>"))
    german, french = read(*written, choice=Choice(languages=frozenset({"de"})))
    assert isinstance(german, Found)
    assert isinstance(french, Missed)
    assert french.reason == "other-language"


def test_a_page_by_hand() -> None:
    """Of saved files, with the digest of its body."""
    at = datetime(2024, 5, 3, tzinfo=UTC)
    page = page_of("https://a.example/1", b"<p>One.</p>", at=at)
    assert (page.fetched_at, page.status, page.digest) == (at, 200, hashlib.sha256(b"<p>One.</p>").hexdigest())
