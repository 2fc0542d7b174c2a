"""An enriched article → a document, and the search over all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.index.access import Access
    from pipeline.ports import ArticleIndex

ALLOWED = "embedded:///FOLDER or https://HOST:PORT of Elasticsearch"


def open_index(url: str, access: Access | None = None) -> ArticleIndex:
    """Return the index a URL names. Nothing is opened, created or connected to before it is used.

    Args:
        url: `embedded:///absolute/folder`, or `https://host:9200`, with `?alias=NAME` where the alias is not `wireroom-articles`.
        access: who we are to a cluster.

    Raises:
        ConfigurationError: the scheme is unknown, or the folder or host is missing from the URL.
    """
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"} and parts.hostname:
        from pipeline.index.elastic import open_elastic  # each engine is loaded by those who use it, not by every import

        return open_elastic(url, access)
    if parts.scheme != "embedded" or parts.netloc or not parts.path.strip("/"):
        raise ConfigurationError.of("WIREROOM_INDEX_URL", url if "@" not in url else parts.scheme + "://…", ALLOWED)
    from pipeline.index.embedded import EmbeddedIndex

    return EmbeddedIndex(Path(unquote(parts.path)))
