"""What a source of the past gives."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from pipeline.backfill.found import Found, Missed
from pipeline.backfill.warc_pages import page_of


def test_a_page_needs_no_list_beside_it() -> None:
    """Its date of publication is known only where a list gives one; and what was found stays as it was found."""
    found = Found(page=page_of("https://a.example/1", b"<p>One.</p>", at=datetime(2024, 5, 3, tzinfo=UTC)))
    assert found.published is None
    with pytest.raises(FrozenInstanceError):
        found.published = datetime(2024, 5, 3, tzinfo=UTC)  # type: ignore[misc]


def test_what_is_not_taken_says_where_and_why() -> None:
    """Both are asked for; more is told where there is more."""
    assert Missed(where="a.warc:12", reason="torn") == Missed(where="a.warc:12", reason="torn", detail="")
    with pytest.raises(TypeError, match="reason"):
        Missed(where="a.warc:12")  # type: ignore[call-arg]
