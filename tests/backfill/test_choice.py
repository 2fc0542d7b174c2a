"""What is wanted of the past."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.backfill.choice import Choice, declared_language, visible_text
from pipeline.backfill.warc_reading import WarcHead

AT = datetime(2024, 5, 3, 10, tzinfo=UTC)


def _head(**changes: str) -> WarcHead:
    fields = {"warc-target-uri": "https://www.paper.example/a", "warc-date": "2024-05-03T10:00:00Z"}
    return WarcHead(
        fields={name: value for name, value in (fields | {k.replace("_", "-"): v for k, v in changes.items()}).items() if value}
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"warc_target_uri": "ftp://x.example/"}, "bad-url"),
        ({"warc_target_uri": "dns:paper.example"}, "bad-url"),
        ({"warc_date": ""}, "no-date"),
        ({"warc_identified_payload_type": "application/pdf"}, "not-html"),
        ({"warc_identified_payload_type": "text/html; charset=utf-8"}, None),
        ({"warc_truncated": "length"}, "truncated"),
    ],
)
def test_what_the_head_alone_tells(changes: dict[str, str], reason: str | None) -> None:
    """Before a byte of the page is looked at."""
    assert Choice().refuse_head(_head(**changes)) == reason


@pytest.mark.parametrize(
    ("domain", "wanted"), [("paper.example", True), ("www.paper.example", True), ("news.paper.example", False), ("aper.example", False)]
)
def test_domains(domain: str, wanted: bool) -> None:
    """A registered domain takes its hosts along; a host only what lies below it."""
    assert (Choice(domains=frozenset({domain})).refuse_head(_head()) is None) is wanted


def test_days_are_half_open() -> None:
    """From the first moment of the first day up to, and not including, the end. An address without a date is let through."""
    assert Choice(start=AT).refuse("https://a.example/", AT) is None
    assert Choice(end=AT).refuse("https://a.example/", AT) == "other-day"
    assert Choice(start=AT.replace(hour=11)).refuse("https://a.example/", AT) == "other-day"
    assert Choice(start=AT, end=AT).refuse("https://a.example/", None) is None


def test_languages() -> None:
    """What the page declares; where it declares nothing, its text; where that is too short, it is wanted."""
    choice = Choice(languages=frozenset({"de"}))
    assert choice.refuse_body(b"<html lang='de-AT'>", lambda text: "en") is None
    assert choice.refuse_body(b"<!doctype html>\n<HTML class=x LANG=en>", lambda text: "de") == "other-language"
    assert choice.refuse_body(b"<html><p>Guten Tag", lambda text: "de" if text == "Guten Tag" else "en") is None
    assert choice.refuse_body(b"<html>", lambda text: "und") is None
    assert Choice().refuse_body(b"<html lang=en>", lambda text: "en") is None


def test_text_is_weighed_without_markup() -> None:
    """Scripts, styles and comments are in no language."""
    assert visible_text(b"<head><title>x</title></head><script>var a</script><p>Ein <b>Satz</b><!-- no --></p>") == "Ein Satz"
    assert declared_language(b"<p>no html element") == ""
