"""What headers say about age."""

from __future__ import annotations

import pytest

from pipeline.sources.freshness import cache_seconds, validators_of
from pipeline.types import Validators

DATE = ("Date", "Tue, 12 May 2026 10:00:00 GMT")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], None),
        ([("Cache-Control", "max-age=600")], 600),
        ([("cache-control", 'public, MAX-AGE="600", must-revalidate')], 600),
        ([("Cache-Control", "s-maxage=600")], None),
        ([("Cache-Control", "max-age=0")], None),
        ([("Cache-Control", "max-age=600, no-cache")], None),
        ([("Cache-Control", "no-store")], None),
        ([("Cache-Control", "max-age=soon")], None),
        ([DATE, ("Expires", "Tue, 12 May 2026 10:30:00 GMT")], 1800),
        ([DATE, ("Expires", "Tue, 12 May 2026 10:30:00 GMT"), ("Cache-Control", "max-age=60")], 60),
        ([DATE, ("Expires", "Tue, 12 May 2026 10:30:00 GMT"), ("Cache-Control", "no-cache")], None),
        ([DATE, ("Expires", "Mon, 11 May 2026 10:30:00 GMT")], None),
        ([DATE, ("Expires", "0")], None),
        ([("Expires", "Tue, 12 May 2026 10:30:00 GMT")], None),
    ],
)
def test_cache_seconds(headers: list[tuple[str, str]], seconds: int | None) -> None:
    """max-age first, then Expires less Date, and neither against no-cache."""
    assert cache_seconds(headers) == seconds


@pytest.mark.parametrize(
    ("headers", "validators"),
    [
        ([], Validators()),
        ([("ETag", 'W/"x y"'), ("Last-Modified", "yesterday")], Validators(etag='W/"x y"', last_modified="yesterday")),
        ([("etag", '"1"'), ("ETag", '"2"')], Validators(etag='"1"')),
        ([("ETag", '"1"'), ("Expires", "0")], Validators()),
        ([("ETag", '"1"'), ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT")], Validators(etag='"1"')),
        ([("ETag", "x" * 1_001)], Validators()),
        ([("ETag", '"\x07"')], Validators()),
        ([("ETag", "")], Validators()),
    ],
)
def test_validators(headers: list[tuple[str, str]], validators: Validators) -> None:
    """Validators are opaque, go back as they came, and are not believed beside `Expires: 0`."""
    assert validators_of(headers) == validators
