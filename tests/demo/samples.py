"""Sample content and a plain client for the tests of the demo newsroom."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.demo.content import Caption, Content, DemoArticle
from pipeline.demo.publishers import Publisher
from tests.newsroom import demo_content

PUBLISHED = datetime(2026, 11, 18, 7, 42, tzinfo=UTC)

BODY = """
The old lighthouse was moved on Tuesday.

It took nine hours & one crane.

## How it was done

“Slowly,” said the engineer.

> Nobody believed us.

- Rails were laid
- The tower was lifted

The lamp will be lit again in May.

Visitors are welcome from June.

Tickets cost < 5 dollars.
"""

ARTICLE_TOML = """
title = "A lighthouse moves"
published = 2026-11-18T07:42:00+01:00
authors = ["Ada Brook"]
agency = "Northern Wire"
dateline = "COBB POINT"
dateline_agency = "NW"
section = "Local"
tags = ["lighthouse"]
summary = "A tower goes for a walk."
contributors = "Jo Bell contributed."
body = '''
First paragraph.

Second paragraph.
'''
[[captions]]
text = "The tower on its rails."
credit = "(Jo Bell/Northern Wire)"
[quirks]
jsonld = "wrong_date"
[story]
wire = "lighthouse"
origin = true
[[revisions]]
after_minutes = 30
kind = "taken_down"
[[revisions]]
after_minutes = 10
kind = "correction"
title = "A lighthouse moved"
correction = "It moved already."
"""


def publisher(publisher_id: str = "kbay6", **changes: Any) -> Publisher:
    """Return a publisher of the real newsroom.toml, with changes."""
    found = next(one for one in demo_content().publishers if one.publisher_id == publisher_id)
    return replace(found, **changes)


def article(publisher_id: str = "kbay6", **changes: Any) -> DemoArticle:
    """Return an article that holds every kind of block, with changes."""
    values: dict[str, Any] = {
        "publisher": publisher(publisher_id),
        "slug": "a-lighthouse-moves",
        "title": "A lighthouse moves & “stays”",
        "published": PUBLISHED,
        "body": BODY,
        "authors": ("Ada Brook",),
        "agency": "Northern Wire",
        "dateline": "COBB POINT",
        "section": "Local",
        "tags": ("lighthouse", "R&D"),
        "summary": "A tower goes for a walk.",
        "contributors": "Jo Bell contributed to this report.",
        "captions": (Caption(text="The tower on its rails.", credit="Jo Bell/Northern Wire"), Caption(text="The crane.", credit="© Port")),
    }
    return DemoArticle(**{**values, **changes})


def content(*articles: DemoArticle) -> Content:
    """Return these articles with the real publishers."""
    return Content(publishers=demo_content().publishers, articles=articles)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """Write a file below the folder and return its path."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@dataclass(frozen=True)
class Reply:
    """What came back, header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(port: int, host: str, path: str = "/", *, timeout: float = 5, method: str = "GET", **headers: str) -> Reply:
    """Send one request to 127.0.0.1 under a host name; header names are given with underscores."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": f"{host}:{port}", **sent})
        response = connection.getresponse()
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()
