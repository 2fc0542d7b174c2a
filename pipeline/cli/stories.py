"""`wireroom story` and `sources`: who had it first, who copied whom, who writes for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import typer

from pipeline.cli import screen
from pipeline.cli.reading import JSON, WHICH, asked_article
from pipeline.cli.telling import NOTHING_FOUND, edits, print_edit
from pipeline.index.document import ArticleDocument
from pipeline.standing import CopyKind, Fate, SentenceChange, Teller
from pipeline.types import ArticleId
from pipeline.wiring import Rooms, open_rooms

MOST_EDITS = 5  # shown of one copy; --json has them all


def story(
    which: str = WHICH,
    changes: bool = typer.Option(True, help="Show what each copy added and left out."),
    as_json: bool = JSON,
) -> None:
    """Show a story: who had it first, who copied whom, who added what.

    In order of time, by the address or id of any of its articles. Exit code 3 where it is not known.
    """
    with open_rooms() as rooms:
        tellers = rooms.state.stories.story(asked_article(rooms, which))
        documents = {one.member.article_id: rooms.index.get(one.member.article_id) for one in tellers}
        edited = {one.member.article_id: _edited(rooms, one) for one in tellers} if changes or as_json else {}
    if as_json:
        screen.print_json([_as_json(one, documents[one.member.article_id], edited[one.member.article_id]) for one in tellers])
    elif tellers:
        _print_story(tellers, documents)
        for one in tellers if changes else ():
            _print_copy(one, tellers, edited[one.member.article_id])
    if not tellers:
        screen.note(f"no story is known of {which}; `wireroom explain` tells what became of it")
        raise typer.Exit(NOTHING_FOUND)


def _edited(rooms: Rooms, one: Teller) -> tuple[SentenceChange, ...]:
    """Return what a copy changed in what it was copied from, as both were first seen."""
    own, source = (_text(rooms, article_id) for article_id in (one.member.article_id, one.standing.copy_of))
    return edits(source, own) if own and source else ()


def _text(rooms: Rooms, article_id: ArticleId | None) -> str:
    revisions = rooms.state.revisions.of(article_id) if article_id else ()
    return revisions[0].text if revisions else ""


def _as_json(one: Teller, document: ArticleDocument | None, edited: Sequence[SentenceChange]) -> dict[str, object]:
    return {
        "article_id": one.member.article_id,
        "story_id": one.standing.story_id,
        "at": one.member.at,
        "source": one.member.publisher,
        "site": one.member.site,
        "agency": one.member.agency,
        "title": document["title"] if document else None,
        "url": document["url"] if document else None,
        "first_seen_at": document["first_seen_at"] if document else None,
        "copy_of": one.standing.copy_of,
        "copy_kind": one.standing.kind,
        "copy_distance": one.standing.distance,
        "added": [each.after for each in edited if each.fate is Fate.ADDED],
        "left_out": [each.before for each in edited if each.fate is Fate.REMOVED],
        "changed": [[each.before, each.after] for each in edited if each.fate is Fate.CHANGED],
    }


def _print_story(tellers: Sequence[Teller], documents: dict[ArticleId, ArticleDocument | None]) -> None:
    origin = next(one for one in tellers if one.member.article_id == one.standing.story_id)
    sites = len({one.member.site for one in tellers})
    told = f"{screen.count_of(len(tellers), 'article')} on {screen.count_of(sites, 'site')}"
    screen.show((f"story {origin.standing.story_id}", "bold"), f" · {told} · {screen.line(origin.member.publisher)} had it first")
    named = {one.member.article_id: one for one in tellers}
    rows = []
    for one in tellers:
        document = documents[one.member.article_id]
        source = named.get(one.standing.copy_of) if one.standing.copy_of else None
        how = f"{one.standing.kind} {one.standing.distance:.2f} of {source.member.publisher}" if source else "origin"
        branch = "└ " * _depth(one, named)
        title = document["title"] if document else "–"
        rows.append((f"{one.member.at:%Y-%m-%d %H:%M}", f"{branch}{one.member.publisher}", how, one.member.agency, title))
    screen.table("", ("UTC", "source", "copy", "agency", "title"), rows, wraps=("title",))


def _depth(one: Teller, named: Mapping[ArticleId, Teller]) -> int:
    """Return how many copies lie between an article and what was first told, itself included."""
    depth, seen = 0, {one.member.article_id}
    while (source := one.standing.copy_of) and source in named and source not in seen:
        one = named[source]
        seen.add(source)
        depth += 1
    return depth


def _print_copy(one: Teller, tellers: Sequence[Teller], edited: Sequence[SentenceChange]) -> None:
    if not edited:
        return
    names = {teller.member.article_id: teller.member.publisher for teller in tellers}
    source = names.get(one.standing.copy_of, "") if one.standing.copy_of else ""
    screen.show("\n", (f"{one.member.publisher}, after {source}:", "bold"))
    for each in sorted(edited, key=lambda each: each.fate is Fate.REMOVED)[:MOST_EDITS]:
        print_edit(each)
    if len(edited) > MOST_EDITS:
        screen.show((f"  and {screen.count_of(len(edited) - MOST_EDITS, 'sentence')} more", "dim"))


# ── sources ───────────────────────────────────────────────────────────────────────────────────────────────────────


def sources(
    days: int = typer.Option(30, metavar="N", min=1, max=36500, help="Articles of the last N days."),
    as_json: bool = JSON,
) -> None:
    """Show how much of each source is its own.

    And how much others take from it. Exit code 3 where nothing was published.
    """
    with open_rooms() as rooms:
        found = rooms.state.stories.originality(since=rooms.clock() - timedelta(days=days))
    if as_json:
        screen.print_json(
            [
                {"source": one.publisher, "articles": one.articles, "own": round(one.own, 4), "copies": one.copies, "copied": one.copied}
                for one in found
            ]
        )
    elif found:
        kinds = tuple(CopyKind)
        rows = [
            (one.publisher, one.articles, f"{one.own:.0%}", *(one.copies.get(kind, 0) for kind in kinds), one.copied)
            for one in sorted(found, key=lambda one: (-one.own, -one.articles))
        ]
        columns = ("source", "articles", "own", *map(str, kinds), "copied by others")
        screen.table("", columns, rows, right=columns[1:])
    if not found:
        screen.note(f"nothing was published in the last {days} days")
        raise typer.Exit(NOTHING_FOUND)
