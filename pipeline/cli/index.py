"""`wireroom index`: build a new index beside the old one, put it in its place, drop what is not in use."""

from __future__ import annotations

import dataclasses
from itertools import islice
from random import Random
from typing import cast

import typer

from pipeline.backfilling import rebuild_index
from pipeline.cli import screen
from pipeline.clusters import access_of
from pipeline.index import open_index
from pipeline.index.export import found_documents
from pipeline.index.parity import differences, made_queries
from pipeline.index.query import Everything
from pipeline.laboratory import refuse_beside_a_trial
from pipeline.rebuilding import Comparison, RebuildableIndex, promote
from pipeline.wiring import open_rooms

JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
SAMPLED = 500  # articles whose words make the questions of `parity`
SHOWN = 10  # differing documents that are named

app = typer.Typer(help="Rebuild the search index.", no_args_is_help=True)


@app.command("rebuild")
def rebuild(as_json: bool = JSON) -> None:
    """Fill a new index beside the old one, and compare them.

    From ledger and archive, while searching and writing go on. Cut short, it goes on where it was. Exit code 1 where the new
    one lacks documents.
    """
    with open_rooms() as rooms:
        refuse_beside_a_trial(rooms.settings)
        days = rooms.state.ledger.captured_days()
        with screen.progress("days", len(days)) as tick:
            found = rebuild_index(rooms, progress=tick)
    if as_json:
        screen.print_json(dataclasses.asdict(found))
    else:
        _print(found)
    if not found.is_whole:
        raise typer.Exit(1)


def _print(found: Comparison) -> None:
    screen.show(f"the old index has {found.old} documents, the new one {found.new}; {found.missing} are missing from it")
    screen.show(f"{found.sampled} compared field by field, {len(found.differing)} differ")
    rows = [(article_id, ", ".join(fields)) for article_id, fields in list(found.differing.items())[:SHOWN]]
    if rows:
        screen.table("", ("article", "differs in"), rows, wraps=("differs in",))
    if found.is_whole:
        screen.note("put it in place with `wireroom index promote`")


@app.command("promote")
def promote_index(
    even_if_missing: bool = typer.Option(False, "--even-if-missing", help="Even where it lacks documents of the old one."),
) -> None:
    """Put the new index in place of the old one.

    The old one is kept until it is dropped.
    """
    with open_rooms() as rooms:
        promote(cast("RebuildableIndex", rooms.index), even_if_missing=even_if_missing)
    screen.note("the new index is searched; `wireroom index drop` removes the old one")


@app.command("parity")
def parity(
    url: str = typer.Argument(metavar="URL", help="The other index, which holds the same articles."),
    count: int = typer.Option(200, metavar="N", min=1, max=100_000, help="How many questions."),
    seed: int = typer.Option(1, metavar="N", help="Another number asks other questions."),
    as_json: bool = JSON,
) -> None:
    """Ask two indices the same questions and compare their hits.

    The questions are made of the words of 500 articles. Exit code 1 where an answer differs.
    """
    with open_rooms() as rooms:
        other = open_index(url, access_of(rooms.settings))
        try:
            known = list(islice(found_documents(rooms.index, Everything()), SAMPLED))
            queries = made_queries(known, Random(seed), count)  # noqa: S311 - the same questions each time, on purpose
            unlike = [one for _, one in differences(rooms.index, other, queries) if one]
        finally:
            other.close()
    if as_json:
        screen.print_json({"questions": count, "differing": [dataclasses.asdict(one) for one in unlike]})
    else:
        screen.show(f"{count} questions, {len(unlike)} answered differently")
        rows = [(one.both, one.only_first, one.only_second, one.query) for one in unlike]
        screen.table("", ("both", "only here", "only there", "question"), rows, wraps=("question",))
    if unlike:
        raise typer.Exit(1)


@app.command("drop")
def drop() -> None:
    """Remove what is not in use.

    The old index, and one that was begun and not promoted.
    """
    with open_rooms() as rooms:
        names = cast("RebuildableIndex", rooms.index).drop()
    screen.note(f"removed: {', '.join(names)}" if names else "there is only the index in use")
