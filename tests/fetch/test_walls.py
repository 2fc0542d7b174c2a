"""pipeline/fetch/walls.py: challenges are recognised, pages that only mention them are not."""

from __future__ import annotations

import pytest

from pipeline.fetch.client import Answer
from pipeline.fetch.walls import BODY_MARKS, HEADER_MARKS, Wall, wall

HTML = ("Content-Type", "text/html")


def answered(status: int, *headers: tuple[str, str], body: bytes = b"<html></html>") -> Answer:
    """Make an answer."""
    return Answer(url="https://a.example/", status=status, headers=headers, body=body, seconds=0)


@pytest.mark.parametrize("known", HEADER_MARKS, ids=lambda known: known.name)
def test_headers_of_a_challenge(known: Wall) -> None:
    """Each header, in any spelling, with an error status."""
    assert wall(answered(403, (known.header.upper(), known.value or "x"))) == known.name
    assert wall(answered(200, (known.header, known.value or "x"), HTML, body=b"x" * 20_000)) == ""


@pytest.mark.parametrize("known", BODY_MARKS, ids=lambda known: known.mark.decode())
def test_marks_in_a_challenge_page(known: Wall) -> None:
    """Each mark counts with an error status and on a small page, not on one that may hold an article, nor on a 404."""
    body = b"<html>" + known.mark
    assert wall(answered(403, HTML, body=body)) == known.name
    assert wall(answered(503, HTML, body=body)) == known.name
    assert wall(answered(200, HTML, body=body)) == known.name
    assert wall(answered(200, HTML, body=body + b" " * 20_000)) == ""
    assert wall(answered(404, HTML, body=body)) == ""
    assert wall(answered(200, ("Content-Type", "application/rss+xml"), body=body)) == ""


def test_a_plain_403_is_no_wall() -> None:
    """Nor is one by a content network without a challenge."""
    assert wall(answered(403, ("Server", "cloudflare"), ("cf-ray", "1"))) == ""
    assert wall(answered(403, ("cf-mitigated", "block"))) == ""


def test_the_lists_are_sorted_and_complete() -> None:
    """Sorted data: by name, each with a header or a mark."""
    for marks in (HEADER_MARKS, BODY_MARKS):
        assert [known.name for known in marks] == sorted(known.name for known in marks)
        assert all(bool(known.header) != bool(known.mark) for known in marks)
