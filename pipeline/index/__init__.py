"""An enriched article → a document, and the search over all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.ports import ArticleIndex

ALLOWED = "embedded:///FOLDER"


def open_index(url: str) -> ArticleIndex:
    """Return the index a URL names. Nothing is opened or created before it is used.

    Args:
        url: `embedded:///absolute/folder`.

    Raises:
        ConfigurationError: the scheme is unknown, the folder is missing from the URL, or the backend is not there.
    """
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"}:
        raise ConfigurationError(f"index_url: {parts.scheme}://{parts.hostname}: needs the Elasticsearch backend; allowed: {ALLOWED}")
    if parts.scheme != "embedded" or parts.netloc or not parts.path.strip("/"):
        raise ConfigurationError.of("index_url", url, ALLOWED)
    from pipeline.index.embedded import EmbeddedIndex  # the engine is loaded by those who search, not by every import

    return EmbeddedIndex(Path(unquote(parts.path)))
