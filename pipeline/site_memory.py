"""What is remembered of a site's pages: lines that recur on them, and how its articles have looked of late. Pure.

A line that stands on many pages of a site is its template, not one page's text. It is learned from pages that are told
apart by article, fades as the site goes on, and a line that only one page has is never in it. The same memory notices
when a site changes its pages: texts much shorter or longer, fields that are missing, more or less that is taken out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import fmean
from typing import Final, Protocol

from pipeline.types import Article, ArticleId
from pipeline.urls import registered_domain

SHARE: Final = 0.2  # of a site's pages: on fewer a line is no template
WINDOW: Final = 200  # pages after which every count is halved, so that old templates fade
MOST_LINES: Final = 3000  # of a site
MOST_OF_A_PAGE: Final = 400
REMEMBERED: Final = 400  # articles that are told apart
RECENT: Final = 12  # articles that the last ones are
ENOUGH: Final = 24  # articles before them that they are compared with
_SIGNS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one article came out."""

    length: int  # characters of text
    missing: float  # share of title, authors, time of publication that nobody told
    boilerplate: float  # share of the text among the candidates that was taken out


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMemory:
    """What is known of one site. `lines` counts pages by line key; `pages` is what they are counts of."""

    site: str
    pages: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    articles: tuple[ArticleId, ...] = ()  # the last ones learned from, oldest first
    looks: tuple[Look, ...] = ()  # the last ENOUGH + RECENT, oldest first
    learned_at: datetime | None = None
    changed_at: datetime | None = None  # when its pages were last seen to have changed
    change: str = ""  # in words


class SiteStore(Protocol):
    """Memories by site."""

    def get(self, site: str) -> SiteMemory | None: ...

    def save(self, memory: SiteMemory) -> None:
        """Keep a memory; the one learned later stays where two were saved."""
        ...

    def changed(self, since: datetime) -> tuple[SiteMemory, ...]:
        """Return the sites whose pages changed since then, the latest change first."""
        ...


def line_key(text: str) -> str:
    """Return what is the same for two prints of one line: a digest of its letters and digits."""
    plain = _SIGNS.sub("", text).casefold()
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def template_lines(memory: SiteMemory | None, *, least: int) -> frozenset[str]:
    """Return the keys of the lines that are a site's template: on `least` pages at least, and on SHARE of them.

    None where fewer than `least` pages are known, or where that is below 2: one page makes no template.
    """
    if memory is None or least < 2 or memory.pages < least:
        return frozenset()
    wanted = max(least, SHARE * memory.pages)
    return frozenset(key for key, count in memory.lines.items() if count >= wanted)


def learned(memory: SiteMemory, article: Article, now: datetime) -> SiteMemory:
    """Return the memory with one more article in it; the same memory for one that it has seen."""
    if article.article_id in memory.articles:
        return memory
    counts = dict(memory.lines)
    for key in dict.fromkeys(line_key(text) for text in _lines(article)):
        counts[key] = counts.get(key, 0) + 1
    pages = memory.pages + 1
    if pages >= WINDOW:
        pages, counts = pages // 2, {key: count // 2 for key, count in counts.items() if count > 1}
    if len(counts) > MOST_LINES:  # those of one page go first, the oldest before the younger
        often = sorted(counts, key=lambda key: counts[key] > 1)[len(counts) - MOST_LINES :]
        counts = {key: counts[key] for key in often}
    return replace(
        memory,
        pages=pages,
        lines=counts,
        articles=(*memory.articles, article.article_id)[-REMEMBERED:],
        looks=(*memory.looks, look_of(article))[-(ENOUGH + RECENT) :],
        learned_at=now,
    )


def _lines(article: Article) -> list[str]:
    """Return the lines of a page that were candidates for its text, kept or not."""
    kept = [block.text for block in article.blocks]
    gone = [line.text for line in article.removed if line.rule != "passed-over" and not line.rule.startswith("region:")]
    return [text for text in (*kept, *gone) if any(map(str.isalnum, text))][:MOST_OF_A_PAGE]


def look_of(article: Article) -> Look:
    """Return how an article came out."""
    length = sum(len(block.text) for block in article.blocks)
    gone = sum(len(line.text) for line in article.removed if line.rule != "passed-over" and not line.rule.startswith("region:"))
    told = ("title-assumed" not in article.flags, bool(article.authors), "first-seen-date" not in article.flags)
    return Look(length=length, missing=1 - sum(told) / len(told), boilerplate=gone / max(1, length + gone))


def noticed(memory: SiteMemory, now: datetime) -> SiteMemory:
    """Return the memory with the change of its pages in it, if the last articles look otherwise than those before them.

    What was before is forgotten then, so that one change is noticed once.
    """
    before, last = memory.looks[:-RECENT], memory.looks[-RECENT:]
    if len(before) < ENOUGH:
        return memory
    change = _change(before, last)
    return replace(memory, looks=last, changed_at=now, change=change) if change else memory


def _change(before: Sequence[Look], last: Sequence[Look]) -> str:
    lengths = [fmean(look.length for look in looks) for looks in (before, last)]
    missing = [fmean(look.missing for look in looks) for looks in (before, last)]
    taken = [fmean(look.boilerplate for look in looks) for looks in (before, last)]
    told = []
    if not 0.4 <= lengths[1] / max(1.0, lengths[0]) <= 2.5:
        told.append(f"texts of {lengths[1]:.0f} characters, {lengths[0]:.0f} before")
    if missing[1] - missing[0] >= 0.3:
        told.append(f"{missing[1]:.0%} of title, authors and time missing, {missing[0]:.0%} before")
    if abs(taken[1] - taken[0]) >= 0.25:
        told.append(f"{taken[1]:.0%} of the text taken out, {taken[0]:.0%} before")
    return "; ".join(told)


def site_of(url: str) -> str:
    """Return the site whose pages share templates: the registered domain."""
    return registered_domain(url)
