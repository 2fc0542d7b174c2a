"""The article cleaner: a fetched page and its feed entry → an article with its provenance, or the reason why not.

bytes ─ page_tree ─▶ tree ─ outline ─▶ blocks ─ extraction (votes) ─ selection ─▶ candidates ─ RULES ─▶ body
└─ metadata ─▶ readings ─ choices ─▶ title, people, times …       └─ pagetype ─▶ or Rejected
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from time import process_time
from typing import Final
from urllib.parse import urlsplit

from trafilatura.meta import reset_caches

from pipeline.clean.alone import OverBudgetError, alone, trim_memory
from pipeline.clean.assembly import Reading, article_of
from pipeline.clean.body import Body, article_blocks, find_body, told_blocks
from pipeline.clean.choices import choose_people
from pipeline.clean.evidence import NEWS_TYPES, page_types
from pipeline.clean.extraction import vote
from pipeline.clean.hygiene import bare
from pipeline.clean.jsonld import text_of
from pipeline.clean.judge import BlockModel, Judge, NoJudge
from pipeline.clean.kinds import KindJudge, KindModel
from pipeline.clean.metadata import PageFacts, author_readings, read_facts, title_readings
from pipeline.clean.outline import PageBlock, outline
from pipeline.clean.page_look import page_row
from pipeline.clean.page_state import state_blocks
from pipeline.clean.page_tree import PageTree, read_page
from pipeline.clean.pagetype import ARTICLE, LITTLE, LIVE_BLOG, SCRIPT_ONLY, SOME, Sight, page_type, sight_of
from pipeline.clean.phrases import PhraseBook
from pipeline.clean.rights import read_rights, shows_wall
from pipeline.clean.selection import column_votes, witness_text
from pipeline.clean.site_rules import SiteRule, apply_site_rule, load_site_rules
from pipeline.clean.title import NEWS, OTHERS, choose_title
from pipeline.errors import QuarantineError, WireroomError
from pipeline.types import ArchivePointer, Article, Block, FeedEntry, FetchedPage, Rejected
from pipeline.urls import registered_domain

CLEANER: Final = "wireroom-clean/3"
MIN_TEXT: Final = 60  # letters and digits; less is no story (half of it in Chinese and the like)
# trafilatura takes half of the time, and is asked only where the judge has more doubt than this about what it finds without.
SURE: Final = 0.05
SURE_OF_NEWS: Final = 0.15
PAGES_PER_TRIM: Final = 100  # after so many, what trees left in pieces goes back to the system
PAGES_PER_CACHE: Final = 500  # after so many, trafilatura's caches are emptied: they hold strings of pages long gone
MAX_BLOCKS: Final = 12_000  # of text; the most of 1,750 real pages had 2,641
MAX_TEXT: Final = 1_000_000  # characters; twenty times the longest of 1,050 real articles
MOST_SECONDS: Final = 8.0  # of work on one page; the bounds on what a page may hold leave hardly any that takes one
_CHATTERS: Final = ("trafilatura", "htmldate", "justext", "charset_normalizer")


class _CrowdedError(Exception):
    """More blocks of text than any page needs."""


class ArticleCleaner:
    """Implements `ports.Cleaner`. One instance cleans any number of pages, one after the other."""

    name = CLEANER

    def __init__(
        self,
        phrases: PhraseBook | None = None,
        site_rules: Mapping[str, SiteRule] | None = None,
        judge: Judge | None = None,
        kinds: KindJudge | None = None,
        *,
        seconds: float = MOST_SECONDS,
        clock: Callable[[], float] = process_time,
    ) -> None:
        """Take phrases, site rules, and the judges of blocks and of page types, by default the project's.

        A page may take so many seconds by the clock, which counts the process's own time. Raises `ConfigurationError` for
        unreadable files.
        """
        self._seconds, self._clock = seconds, clock
        self._judge = judge or BlockModel()
        self._kinds = kinds or KindModel()
        self._phrases = phrases or PhraseBook()
        self._site_rules = load_site_rules() if site_rules is None else site_rules
        self._pages = 0
        for name in _CHATTERS:  # they report on every odd page; what matters is in our result
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def clean(
        self,
        page: FetchedPage,
        entry: FeedEntry,
        pointer: ArchivePointer,
        *,
        first_seen_at: datetime,
        templates: frozenset[str] = frozenset(),
    ) -> Article | Rejected:
        """Return the article of a page. Raises `QuarantineError` for a page that breaks the cleaning itself."""
        self._pages += 1
        if self._pages % PAGES_PER_CACHE == 0:
            reset_caches()
        if self._pages % PAGES_PER_TRIM == 0:
            trim_memory()
        work = partial(self._cleaned, page, entry, pointer, first_seen_at, templates)
        try:
            return alone(work, self._seconds, self._clock)
        except WireroomError:
            raise
        except OverBudgetError as error:
            return Rejected(url=page.url, reason="too-slow", detail=str(error))
        except _CrowdedError as error:
            return Rejected(url=page.url, reason="too-large", detail=str(error))
        except Exception as error:
            raise QuarantineError(f"{page.url}: {type(error).__name__}: {error}") from error

    def _cleaned(
        self, page: FetchedPage, entry: FeedEntry, pointer: ArchivePointer, first_seen_at: datetime, templates: frozenset[str]
    ) -> Article | Rejected:
        tree = read_page(page)
        return tree if isinstance(tree, Rejected) else self._article(tree, page, entry, pointer, first_seen_at, templates)

    def _article(
        self,
        tree: PageTree,
        page: FetchedPage,
        entry: FeedEntry,
        pointer: ArchivePointer,
        first_seen_at: datetime,
        templates: frozenset[str],
    ) -> Article | Rejected:
        facts = read_facts(tree.root, page, entry)
        if rule := self._site_rules.get(registered_domain(page.final_url)):
            apply_site_rule(tree.root, rule)
        reading = self._read(tree, facts, page, entry, templates, self._judge)
        kind = self._kind(tree, reading, page)
        if kind == SCRIPT_ONLY or (kind == ARTICLE and _letters(reading) < MIN_TEXT):
            again = self._read(tree, facts, page, entry, templates, NoJudge())
            reading = _hidden(reading, again, tree, page)
            kind = self._kind(tree, reading, page)
        if kind not in {ARTICLE, LIVE_BLOG}:
            return Rejected(url=page.url, reason=f"not-an-article:{kind}", detail=f"{facts.head.title[:120]!r}")
        if _letters(reading) < MIN_TEXT:
            return Rejected(
                url=page.url, reason="not-an-article:no-text", detail=f"{len(reading.blocks)} blocks, {facts.head.title[:120]!r}"
            )
        if (size := sum(len(block.text) for block in reading.blocks)) > MAX_TEXT:
            return Rejected(url=page.url, reason="too-large", detail=f"{size} characters of text; allowed: {MAX_TEXT}")
        if size < SOME:
            reading = replace(reading, walled=shows_wall(reading.outline, self._phrases.walls["paywall"]))
        return article_of(reading, tree.root, page, entry, pointer, first_seen_at, page_type=kind, cleaner=self.name)

    def _kind(self, tree: PageTree, reading: Reading, page: FetchedPage) -> str:
        """Return the page's type: by the rules, or where these know none, and the page does not say that it is an article, by the model."""
        sight = _sight(tree, reading, page)
        kind = page_type(sight, self._phrases.walls)
        if kind != ARTICLE or (sight.tells_article and sight.prose >= SOME):
            return kind
        return self._kinds.kind(page_row(sight, reading.outline, reading.body.kept, tree.root))

    def _read(
        self, tree: PageTree, facts: PageFacts, page: FetchedPage, entry: FeedEntry, templates: frozenset[str], judge: Judge
    ) -> Reading:
        blocks = _blocks(tree)
        phrases = self._phrases.of(facts.language or entry.language)
        titles = title_readings(facts, blocks, entry)
        types = page_types(facts)
        weights = NEWS if types & NEWS_TYPES else OTHERS
        title, weighed = choose_title(titles, facts.site_names, weights=weights, address=urlsplit(page.final_url).path)
        signed = author_readings(facts, tree.root, blocks, entry, phrases)
        byline, place = choose_people(signed, phrases, (*facts.site_names, *facts.organisations))
        free = read_rights(page, facts.head, facts.nodes, facts.node).free_to_read
        witness = witness_text(text_of(facts.node.get("articleBody"))) if free is not False else ""
        find = partial(
            find_body,
            blocks,
            witness=witness,
            phrases=phrases,
            titles=tuple({bare(text) for _, text in (*titles, *weighed)} - {""}),
            authors=byline.people,
            summaries=tuple({bare(text) for _, text in facts.summaries(entry)} - {""}),
            types=types,
            judge=judge,
            templates=templates,
        )
        body = _doubted(find, types, blocks, tree)
        drawn = _is_drawn(body, witness)
        return Reading(
            facts=facts,
            outline=blocks,
            body=body,
            blocks=article_blocks(body) if drawn else told_blocks(witness),
            told_by="" if drawn else "json-ld",
            phrases=phrases,
            titles=tuple(titles),
            title=title,
            signed=tuple(signed),
            byline=byline,
            byline_place=place,
        )


def _doubted(find: Callable[[frozenset[int]], Body], types: Collection[str], blocks: Sequence[PageBlock], tree: PageTree) -> Body:
    """Return the body that is found without trafilatura, or with it where that one leaves too much doubt."""
    body = find(column_votes(blocks))
    sure = SURE_OF_NEWS if not NEWS_TYPES.isdisjoint(types) else SURE
    return find(vote(tree.root, blocks)) if body.doubt > sure else body


def _letters(reading: Reading) -> int:
    """Return the length of what was read, as letters and digits in UTF-8."""
    return len(bare("".join(block.text for block in reading.blocks)).encode())


def _hidden(reading: Reading, unjudged: Reading, tree: PageTree, page: FetchedPage) -> Reading:
    """Return what a page that seems to show nothing holds after all: its text as the rules leave it (`unjudged`), where it
    says that it is an article and the model let nothing stand; else what it hands to its own scripts, where that is free.
    """
    sight = _sight(tree, unjudged, page)
    if sight.tells_article and sight.prose >= LITTLE:
        return unjudged
    free = read_rights(page, reading.facts.head, reading.facts.nodes, reading.facts.node).free_to_read
    found = state_blocks(tree.root, reading.title) if free is not False else ()
    blocks = tuple(Block(kind=block.kind, text=block.text, level=block.level) for block in found)
    return replace(reading, blocks=blocks, told_by="script") if blocks else reading


def _blocks(tree: PageTree) -> tuple[PageBlock, ...]:
    blocks = outline(tree.root)
    if len(blocks) > MAX_BLOCKS:
        raise _CrowdedError(f"{len(blocks)} blocks of text; allowed: {MAX_BLOCKS}")
    return blocks


def _is_drawn(body: Body, witness: str) -> bool:
    """Whether the page itself shows the body; some only hand it to machines and draw it by script."""
    return not witness or any(block.is_prose for block in body.kept) or sum(len(block.text) for block in body.kept) * 3 >= len(witness)


def _sight(tree: PageTree, reading: Reading, page: FetchedPage) -> Sight:
    kept = reading.body.kept if not reading.told_by else ()
    return sight_of(
        reading.facts,
        page.final_url,
        reading.outline,
        kept,
        told=sum(len(block.text) for block in reading.blocks) if reading.told_by else 0,
        scripts=sum(1 for _ in tree.root.iter("script")),
    )
