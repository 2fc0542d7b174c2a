"""Made-up wire stories and what papers make of them: the same ones from the same seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from pipeline.standing import Member
from pipeline.stories.fingerprint import fingerprint
from pipeline.types import ArticleId

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "an", "el", "or", "is", "un")]


def words(chance: random.Random, count: int) -> list[str]:
    """Words out of a large made-up vocabulary, some of them names, some numbers."""
    found = []
    for _ in range(count):
        word = "".join(chance.choices(_SYLLABLES, k=chance.randrange(1, 4)))
        kind = chance.random()
        found.append(str(chance.randrange(2, 900)) if kind < 0.05 else word.capitalize() if kind < 0.15 else word)
    return found


def story(seed: int, count: int = 300) -> str:
    """The text of a wire story in paragraphs of fifty words."""
    made = words(random.Random(seed), count)
    return "\n\n".join(" ".join(made[at : at + 50]) + "." for at in range(0, count, 50))


def member(name: int, text: str, *, at: timedelta = timedelta(), site: str | None = None, agency: str | None = None) -> Member:
    """An article with that text, on a site of its own unless told."""
    return Member(
        article_id=ArticleId(f"{name:032x}"), at=NOON + at, site=site or f"paper{name}.example", publisher=site or f"Paper {name}",
        agency=agency, fingerprint=fingerprint(text),
    )  # fmt: skip


def rewritten(text: str, seed: int, share: float) -> str:
    """The text with that share of its words replaced, in runs of six, as an editor does."""
    chance = random.Random(seed)
    made = text.split(" ")
    for at in range(0, len(made) - 6, 6):
        if chance.random() < share:
            made[at : at + 6] = words(chance, 6)
    return " ".join(made)
