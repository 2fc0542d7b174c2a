"""What a search may ask for, the same for every backend."""

from __future__ import annotations

from pipeline.errors import ConfigurationError
from pipeline.index.query import FACETS, SearchRequest

LARGEST_PAGE = 1_000


def check_request(request: SearchRequest) -> None:
    """Raise `ConfigurationError` where a size or facet is outside what is allowed."""
    for name, value in (("size", request.size), ("facet_size", request.facet_size)):
        if not 1 <= value <= LARGEST_PAGE:
            raise ConfigurationError.of(name, value, f"1 to {LARGEST_PAGE}")
    for facet in request.facets:
        if facet not in FACETS:
            raise ConfigurationError.of("facet", facet, ", ".join(FACETS))
