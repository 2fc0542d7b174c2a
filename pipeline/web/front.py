"""What every page is made with: the opened adapters, the clock, the templates, the links."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline import __version__
from pipeline.index.query import Query, Sort
from pipeline.web import moments
from pipeline.web.desk import Desk, Opened
from pipeline.web.links import Links, outside

HERE = Path(__file__).parent
ASSETS: dict[str, str] = {"wireroom.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}


class Front:
    """The front of the shop: one for each app, shared by all of its requests and threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.index = Opened(desk.open_index)
        self.state = Opened(desk.open_state)
        self.read_page = desk.read_page
        self.compare = desk.compare
        self.read_trial = desk.read_trial
        self.callback = Opened(desk.open_callback) if desk.open_callback else None
        self.most_delivered = desk.most_delivered
        self.assets = {name: (HERE / "static" / name).read_bytes() for name in ASSETS}
        self._edition = hashlib.sha256(b"".join(self.assets.values())).hexdigest()[:10]
        self._templates = templates()

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return self._desk.clock()

    def parse(self, text: str) -> Query:
        """Read a query; raises `ConfigurationError` for one that cannot be read."""
        return self._desk.parse(text, now=self.now())

    def links(self, request: Request) -> Links:
        """Return the addresses as they are below the prefix this request came through."""
        return Links(request.app, request.scope.get("root_path", ""), edition=self._edition)

    def page(
        self, request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **shown: object
    ) -> HTMLResponse:
        """Render a template. Characters that UTF-8 cannot carry (lone surrogates) become question marks."""
        text = self._templates.get_template(template).render(links=self.links(request), now=self.now(), **shown)
        return HTMLResponse(text.encode("utf-8", "replace"), status_code=status, headers=dict(headers or {}))


def front_of(request: Request) -> Front:
    """Return the front that `create_app` gave the app."""
    return cast("Front", request.app.state.front)


def templates() -> Environment:
    """Return the templates of every page. Whatever is put into one is escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,  # every template, whatever its name: all that is shown was written by strangers
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        ago=moments.ago,
        counted=moments.counted,
        exact=moments.exact,
        lasted=moments.lasted,
        long_day=moments.long_day,
        sized=moments.sized,
        outside=outside,
        Sort=Sort,
        version=__version__,
    )
    return environment
