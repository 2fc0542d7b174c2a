"""Addresses: of our own pages, below whatever prefix the app is served under, and of the pages of others."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import URLPath

from pipeline.index.query import Sort


class _Routes(Protocol):
    def url_path_for(self, name: str, /, **path_params: object) -> URLPath: ...


class Links:
    """Paths to the pages of this app. They name no host, so that none can be put into them from outside."""

    def __init__(self, routes: _Routes, root_path: str, *, edition: str = "") -> None:
        self._routes = routes
        self._prefix = root_path.rstrip("/")
        self._edition = edition

    def to(self, name: str, /, **params: str) -> str:
        """Return the path of a named route."""
        return self._prefix + str(self._routes.url_path_for(name, **params))

    def asset(self, name: str) -> str:
        """Return the path of the stylesheet or icon, with the edition that makes an old copy stale."""
        return f"{self.to('asset', name=name)}?v={self._edition}"

    def search(
        self,
        text: str = "",
        *,
        sort: Sort | None = None,
        cursor: str | None = None,
        seen: int = 0,
        size: int | None = None,
        copies: str | None = None,
    ) -> str:
        """Return the address of a search; `seen` is how many hits the pages before it showed, `copies` "all" or None."""
        asked = {"q": text, "sort": sort, "size": size, "cursor": cursor, "seen": seen, "copies": copies}
        query = urlencode({name: str(value) for name, value in asked.items() if value})
        return self.to("search") + (f"?{query}" if query else "")

    def article(self, article_id: str) -> str:
        """Return the address of an article's page."""
        return self.to("article", article_id=article_id)


def outside(url: str | None) -> str | None:
    """Return a URL that may be linked to, None for any other.

    That is http or https with a host and without a name and password, which exist to make a host look like another.
    """
    text = (url or "").strip()
    if not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and "\\" not in text
    except ValueError:
        return None
    return text if usable else None


def host_of(url: str) -> str:
    """Return the host of a URL for showing, or an empty text."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
