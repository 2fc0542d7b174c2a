"""Sound feeds of every kind, each beside what it must give: tests/data/feeds/<kind>/<name> and <name>.expected.json."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources import SOURCES, read_feed
from pipeline.types import Feed, FeedDocument, FeedId, FeedKind

FOLDER = Path(__file__).resolve().parents[1] / "data" / "feeds"
EXPECTED = ".expected.json"


def read(path: Path, options: dict[str, Any]) -> FeedDocument:
    """Read a feed as if the operator had written these fields down for it."""
    options = dict(options)
    kind = FeedKind(options.pop("kind", FeedKind.AUTO))
    feed = Feed(feed_id=FeedId("sample"), url=f"https://feeds.example/{path.name}", kind=kind, **options)
    return read_feed(feed, path.read_bytes(), base_url=feed.url)


def as_json(document: FeedDocument) -> dict[str, Any]:
    """A document as JSON has it, without what is empty or follows from the rest."""
    derived = {"entry_id", "article_id", "feed_id"}
    plain = json.loads(json.dumps(asdict(document), default=lambda moment: moment.isoformat()))
    plain["entries"] = [{key: value for key, value in entry.items() if value and key not in derived} for entry in plain["entries"]]
    plain["hints"] = {key: value for key, value in plain["hints"].items() if value}
    return plain


@pytest.mark.parametrize("kind", [kind for kind, _ in SOURCES])
def test_every_kind_has_its_samples(kind: FeedKind) -> None:
    """A new kind of source comes with its files."""
    assert len(list((FOLDER / kind).glob(f"*{EXPECTED}"))) >= 3


@pytest.mark.parametrize("path", sorted(FOLDER.glob(f"*/*{EXPECTED}")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_feed_file(path: Path) -> None:
    """The feed gives what is written beside it, as the kind its folder is called, wherever it came from."""
    expected = json.loads(path.read_text(encoding="utf-8"))
    document = read(path.with_name(path.name.removesuffix(EXPECTED)), expected["feed"])
    assert as_json(document) == expected["document"]
    assert document.kind == path.parent.name
