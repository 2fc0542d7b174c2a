"""Pages as WARC responses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.warc import Parts, pack, read_head, unpack
from pipeline.types import Digest, FetchedPage, Hop
from tests.archive.pages import NOON, make_page

IDS = {"response_id": "urn:uuid:1", "warcinfo_id": "urn:uuid:2"}


def _raw(parts: Parts) -> bytes:
    return parts.head + parts.http_head + parts.body + b"\r\n\r\n"


def _returned(page: FetchedPage) -> FetchedPage:
    raw = _raw(pack(page, kind="page", **IDS))
    return unpack(read_head(raw), raw)


# As an HTTP client gives it: any bytes, decoded as UTF-8 with escapes for what is none.
header_text = st.binary(max_size=20).map(lambda sent: sent.decode("utf-8", "surrogateescape"))
urls = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    body=st.binary(max_size=200),
    headers=st.lists(st.tuples(header_text, header_text) | st.just(("X-Archive-Orig-Content-Length", "5")), max_size=5),
    url=urls,
    final_url=urls,
    hops=st.lists(st.builds(Hop, url=urls, status=st.integers(100, 999)), max_size=3),
    status=st.integers(100, 999),
    seconds=st.floats(0, 1e6),
    at=st.datetimes(timezones=st.just(UTC)),
)
def test_any_page_comes_back_identical(body, headers, url, final_url, hops, status, seconds, at) -> None:  # type: ignore[no-untyped-def]
    """Whatever a server sends: the page read is the page written."""
    page = make_page(body, at=at, headers=tuple(headers), url=url, final_url=final_url, hops=tuple(hops), status=status, seconds=seconds)
    assert _returned(page) == page


def test_a_plain_page_has_plain_fields() -> None:
    """Where the standard has a place for it, it is there and nowhere else."""
    head = pack(
        make_page(url="https://a.example/", final_url="https://a.example/", hops=(), ai_allowed=None, tdm_reserved=None), kind="page", **IDS
    ).head.decode()
    assert "\r\nWARC-Target-URI: https://a.example/\r\n" in head
    assert "\r\nWARC-Date: 2026-11-18T12:00:00.123456Z\r\n" in head
    assert '\r\nWARC-X-Wireroom-Page: {"seconds":0.25}\r\n' in head
    assert "\r\nWARC-X-Wireroom-Kind: page\r\n" in head


def test_no_url_breaks_out_of_its_line() -> None:
    """An address with line ends and other alphabets is escaped for other tools and comes back as it was."""
    page = make_page(final_url="https://a.example/é\r\nWARC-Type: warcinfo")
    assert b"WARC-Target-URI: https://a.example/%C3%A9%0D%0AWARC-Type:%20warcinfo\r\n" in pack(page, kind="page", **IDS).head
    assert _returned(page) == page


def test_another_zone_is_the_same_moment() -> None:
    """Times are written in UTC."""
    at = NOON.astimezone(timezone(timedelta(hours=-3)))
    assert _returned(make_page(at=at)) == make_page(at=at)


def test_a_time_without_zone_is_refused() -> None:
    """A moment that is none is not written down as one."""
    with pytest.raises(ValueError, match="zone"):
        pack(make_page(at=datetime(2026, 11, 18)), kind="page", **IDS)  # noqa: DTZ001 - the case


def test_a_wrong_digest_is_refused() -> None:
    """A page whose digest is not its body's would never be readable again."""
    with pytest.raises(ValueError, match="0000 is not the body's"):
        pack(make_page(digest=Digest("0000")), kind="page", **IDS)


def test_a_thousand_kilobytes_of_headers() -> None:
    """Long heads are only long."""
    page = make_page(headers=tuple((f"X-{number}", "y" * 90) for number in range(10_000)))
    assert _returned(page) == page


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"WARC/1.1\r\nContent-Length: 3\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: response\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: x\r\n\r\nabc\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: 4\r\n\r\nabc\r\n\r\n",
    ],
)
def test_what_is_no_warc_is_refused(raw: bytes) -> None:
    """No head, no length, or another length than announced."""
    with pytest.raises(ValueError, match=r"."):
        read_head(raw)


@pytest.mark.parametrize(("old", "new"), [(b"ferry sails", b"ferry fails"), (b"\r\n\r\n<p>", b"<p>"), (b"HTTP/1.1", b"SPDY/1.1")])
def test_a_changed_block_is_refused(old: bytes, new: bytes) -> None:
    """A changed body, no body, no HTTP."""
    parts = pack(make_page(), kind="page", **IDS)
    raw = parts.head + (parts.http_head + parts.body).replace(old, new) + b"\r\n\r\n"
    head = read_head(_raw(parts))
    with pytest.raises(ValueError, match=r"."):
        unpack(head, raw)
