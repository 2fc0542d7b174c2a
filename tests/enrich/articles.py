"""Articles for the tests of enrichment; every text here is made up."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.types import (
    ArchivePointer,
    Article,
    ArticleId,
    Block,
    BlockKind,
    Digest,
    EnrichedArticle,
    Entity,
    EntryId,
    FeedId,
    UrlKey,
)

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)

HARBOUR = """The harbour board in Brightwater will rebuild the north pier, Mayor Elena Marsh said on Tuesday.

"We waited ten years," Marsh told reporters. Tomas Quell, 42, who lost his boat, called the plan late. Priya Raman, the
architect, declined to comment.

Secretary of State Antony Okafor met President of France Jean Dumas in Reading, England. The Harbour Workers Union (HWU)
opposes the plan; the HWU wants a vote on May 3.

According to the news agency Nordpress, the Department of Fisheries and the University of Oslo paid for a study.
Dumas-Okafor talks go on in Nice. Reading is hard.

Recommended Videos

The Cold War is over. Hunter Marsh, no relation, was not there. U.S. officials and Britain agreed; the U.S. paid. Ursula
von der Leyen spoke; von der Leyen left for Washington."""


def make_article(text: str = HARBOUR, **fields: Any) -> Article:
    """Return an article with these paragraphs, an empty line between any two."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    values: dict[str, Any] = {
        "article_id": ArticleId("a" * 32),
        "entry_id": EntryId("e" * 32),
        "feed_id": FeedId("harbour"),
        "url": "https://harbour.example/pier",
        "url_key": UrlKey("harbour.example/pier"),
        "aliases": (),
        "publisher": "Harbour Gazette",
        "country": None,
        "title": "Harbour board to rebuild pier",
        "blocks": tuple(Block(kind=BlockKind.PARAGRAPH, text=paragraph) for paragraph in paragraphs if paragraph),
        "fetched_at": NOON,
        "first_seen_at": NOON,
        "pointer": ArchivePointer(file="f", offset=0, length=1, digest=Digest("0" * 64)),
        "text_digest": Digest("1" * 64),
        "cleaner": "test/1",
    }
    return Article(**(values | fields))


def make_enriched(text: str = HARBOUR, *, language: str = "en", entities: tuple[Entity, ...] = (), **fields: Any) -> EnrichedArticle:
    """Return such an article with its language known."""
    return EnrichedArticle(article=make_article(text, **fields), language=language, entities=entities)


def seed_story() -> str:
    """Return the story of the shared page, without what stood around it; skips where the page is not there."""
    shared = Path(os.environ.get("WIREROOM_SHARED", Path(__file__).parents[3] / "shared"))
    page = shared / "seed" / "article.txt"
    if not page.is_file():
        pytest.skip(f"no {page}: set WIREROOM_SHARED to the folder that has it")
    lines = page.read_text(encoding="utf-8").split("\n\n")
    first = next(number for number, line in enumerate(lines) if line.startswith("REYKJAVIK"))
    last = next(number for number, line in enumerate(lines) if line.startswith("Moscow and Washington"))
    story = [line.strip() for line in lines[first : last + 1] if line.strip()]
    return "\n\n".join([story[0].split(" – ", 1)[1], *story[1:]])
