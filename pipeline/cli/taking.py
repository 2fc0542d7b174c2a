"""`wireroom export` and `similar`: what readers take with them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import typer

from pipeline.cli import screen
from pipeline.cli.reading import JSON, WHICH, asked_article, check_options
from pipeline.cli.telling import NOTHING_FOUND
from pipeline.errors import ConfigurationError
from pipeline.index.export import FORMATS, found_documents
from pipeline.index.parser import parse_query
from pipeline.tally import Progress
from pipeline.wiring import open_rooms


def export(
    query: list[str] = typer.Argument(None, metavar="QUERY", help="What to take, as in `wireroom search`; nothing takes everything."),
    form: str = typer.Option("jsonl", "--format", metavar="jsonl|csv", help="JSON lines with every field, or a table for spreadsheets."),
    output: Path = typer.Option(None, "--output", metavar="FILE", help="Where to write; standard output without."),
) -> None:
    """Write every article that a query finds, newest first.

    Exit code 3 where nothing is found.
    """
    check_options(query or [], "export")
    if form not in FORMATS:
        raise ConfigurationError.of("--format", form, ", ".join(FORMATS))
    with open_rooms() as rooms:
        sought = parse_query(" ".join(query or []), now=rooms.clock())
        total = rooms.index.count(sought)
        with written_to(output, "--output") as file, screen.progress("articles", total) as tick:
            file.writelines(_ticking(FORMATS[form](found_documents(rooms.index, sought)), tick))
    screen.note(f"{screen.count_of(total, 'article')} written{f' to {output}' if output else ''}")
    if not total:
        raise typer.Exit(NOTHING_FOUND)


@contextmanager
def written_to(path: Path | None, option: str) -> Iterator[TextIO]:
    """Write beside the file and put it in place when it is whole; standard output for None. A fault names the option."""
    if path is None:
        yield sys.stdout
        return
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise ConfigurationError.of(option, str(path), f"a file that can be written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)


def _ticking(lines: Iterable[str], tick: Progress) -> Iterator[str]:
    for line in lines:
        yield line
        tick(1)


def similar(
    which: str = WHICH,
    size: int = typer.Option(10, metavar="N", min=1, max=1000, help="How many."),
    as_json: bool = JSON,
) -> None:
    """Show the articles most like one, the likest first.

    By their words, and by vectors where the article has one. Exit code 3 where there are none.
    """
    with open_rooms() as rooms:
        article_id = asked_article(rooms, which)
        asked = rooms.index.get(article_id)
        hits = rooms.index.similar(article_id, size=size)
    model = asked["vector_model"] if asked else None
    if as_json:
        screen.print_json([{"score": hit.score, **hit.document} for hit in hits])
    else:
        rows = [(hit.document["@timestamp"][:10], hit.document["source"], hit.document["title"], hit.article_id) for hit in hits]
        screen.table("", ("day", "source", "title", "id"), rows, wraps=("title",))
        screen.note(f"by words and vectors of {model}" if model else "by words; the article has no vector")
    if not hits:
        raise typer.Exit(NOTHING_FOUND)
