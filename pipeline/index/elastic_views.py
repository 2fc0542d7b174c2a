"""Points in time: a frozen view of the index that pages are read from while others write.

The first page of a search needs none; one is opened when a second is asked for. The cluster's name for it is as long as the index
has shards, so a cursor carries a short one; where this process does not know it (another one opened it, or it has expired), pages
go on behind the last hit, without the frozen view.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from threading import Lock

from elasticsearch import ApiError, Elasticsearch, TransportError

KEEP_ALIVE = "5m"
_MOST_VIEWS = 64


class Views:
    """The points in time of this process, by a short name; the ones unused for longest are given back first."""

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self._alias = alias
        self._open: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def open(self) -> str:
        """Open a view of what the alias shows now; return its short name."""
        view = self._client.open_point_in_time(index=self._alias, keep_alive=KEEP_ALIVE).body["id"]
        name = secrets.token_urlsafe(6)
        with self._lock:
            self._open[name] = view
            surplus = [self._open.popitem(last=False)[1] for _ in range(len(self._open) - _MOST_VIEWS)]
        for each in surplus:
            self._give_back(each)
        return name

    def body(self, name: str) -> dict[str, str] | None:
        """Return the `pit` of a search body, or None where the name is not known here."""
        with self._lock:
            if name not in self._open:
                return None
            self._open.move_to_end(name)
            return {"id": self._open[name], "keep_alive": KEEP_ALIVE}

    def renew(self, name: str, view: str) -> None:
        """The cluster may answer with another name for the same view."""
        with self._lock:
            if name in self._open:
                self._open[name] = view

    def close(self, name: str) -> None:
        """Give one back; an unknown one is none."""
        with self._lock:
            view = self._open.pop(name, None)
        if view is not None:
            self._give_back(view)

    def close_all(self) -> None:
        """Give all of them back."""
        for name in list(self._open):
            self.close(name)

    def _give_back(self, view: str) -> None:
        try:
            self._client.close_point_in_time(id=view)
        except (ApiError, TransportError):  # it expires by itself
            return
