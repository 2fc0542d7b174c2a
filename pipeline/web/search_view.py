"""A page of search results as the template shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pipeline.index.query import Fragment, Hit, SearchPage, Sort
from pipeline.web.asking import DEFAULT_SIZE, Asked
from pipeline.web.facets_view import Facet, facets_of
from pipeline.web.languages import language_name
from pipeline.web.links import Links
from pipeline.web.query_text import Filter, filters
from pipeline.web.when import When, day_heading, published

TEASER = 260  # characters of the body where the index gave no snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class HitView:
    """One hit. Texts are plain: the template escapes them."""

    link: str
    title: tuple[Fragment, ...]
    snippet: tuple[Fragment, ...]
    source: str
    section: str | None
    language: str
    language_name: str
    agency: str | None
    when: When | None
    first_seen: bool  # `when` is when we met it, as no publication time is known
    words: int
    paid: bool = False  # the publisher wants to be paid for the rest
    also: tuple[str, ...] = ()  # other sources that have the same story
    story: str = ""  # the query that finds all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class HitGroup:
    """Hits below one heading: a day where the order is by time, none where it is by relevance."""

    heading: str | None
    hits: tuple[HitView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Another query that does find something."""

    change: str
    query: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """All of a page of results."""

    asked: Asked
    sort: Sort
    ranked: bool  # whether relevance means anything for this query
    total: int
    milliseconds: float
    groups: tuple[HitGroup, ...]
    facets: tuple[Facet, ...]
    filters: tuple[Filter, ...]
    first: int  # number of the first hit shown, 0 where there is none
    last: int
    next_link: str | None
    suggestions: tuple[Suggestion, ...] = ()


def search_view(
    page: SearchPage, asked: Asked, sort: Sort, links: Links, now: datetime, *, ranked: bool, suggestions: Iterable[Suggestion] = ()
) -> SearchView:
    """Return the view of one page of results."""
    last = asked.seen + len(page.hits)
    return SearchView(
        asked=asked,
        sort=sort,
        ranked=ranked,
        total=page.total,
        milliseconds=page.milliseconds,
        groups=_groups([(hit, hit_view(hit, links, now)) for hit in page.hits], sort, now),
        facets=facets_of(page.facets, asked.text),
        filters=filters(asked.text),
        first=asked.seen + 1 if page.hits else 0,
        last=last,
        next_link=_next_link(page, asked, links, last),
        suggestions=tuple(suggestions),
    )


def hit_view(hit: Hit, links: Links, now: datetime) -> HitView:
    """Return the view of one hit."""
    document = hit.document
    return HitView(
        link=links.article(hit.article_id),
        title=hit.title or (Fragment(text=document["title"] or "Untitled", marked=False),),
        snippet=hit.snippet or (Fragment(text=_teaser(document["summary"] or document["body"]), marked=False),),
        source=document["source"],
        section=document["section"],
        language=document["language"],
        language_name=language_name(document["language"]),
        agency=document["agency"],
        when=published(document, now),
        first_seen=document["published"] is None,
        words=document["words"],
        paid=document["free_to_read"] is False,
        also=hit.also,
        story=f"story:{document['story_id']}",
    )


def _teaser(text: str) -> str:
    flat = " ".join(text[: 2 * TEASER].split())
    if len(flat) <= TEASER:
        return flat
    return flat[:TEASER].rsplit(" ", 1)[0] + " …"


def _groups(hits: list[tuple[Hit, HitView]], sort: Sort, now: datetime) -> tuple[HitGroup, ...]:
    views = [view for _, view in hits]
    if sort is Sort.RELEVANCE:
        return (HitGroup(heading=None, hits=tuple(views)),) if views else ()
    by_day = groupby(views, key=lambda view: view.when.day if view.when else None)
    return tuple(HitGroup(heading=day_heading(day, now.date()) if day else "Without a date", hits=tuple(of_day)) for day, of_day in by_day)


def _next_link(page: SearchPage, asked: Asked, links: Links, last: int) -> str | None:
    if page.next_cursor is None or not page.hits:
        return None
    size = asked.size if asked.size != DEFAULT_SIZE else None
    copies = "all" if asked.every_copy else None
    return links.search(asked.text, sort=asked.sort, cursor=page.next_cursor, seen=last, size=size, copies=copies)
