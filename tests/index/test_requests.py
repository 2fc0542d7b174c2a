from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import ConfigurationError
from pipeline.index.query import FACETS, Everything, SearchRequest
from pipeline.index.requests import LARGEST_PAGE, check_request


def test_what_is_allowed_passes() -> None:
    """The bounds included."""
    check_request(SearchRequest(query=Everything(), size=LARGEST_PAGE, facet_size=1, facets=FACETS))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"size": LARGEST_PAGE + 1}, "size: got 1001; allowed: 1 to 1000"),
        ({"facet_size": 0}, "facet_size: got 0; allowed: 1 to 1000"),
        ({"facets": ("day", "mood")}, "facet: got 'mood'; allowed: day, source"),
    ],
)
def test_what_is_not_is_named(wrong: dict[str, Any], told: str) -> None:
    """Field, value, what is allowed."""
    with pytest.raises(ConfigurationError, match=told):
        check_request(SearchRequest(query=Everything(), **wrong))
