"""`wireroom import warc`, `urls` and `ccnews`, and `replay`: pages and addresses of the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from inspect import Signature, signature
from pathlib import Path
from typing import Any

import typer

from pipeline.backfill.choice import Choice
from pipeline.backfilling import Imported, days_of, import_urls, import_warcs, paths_of, replay_day, spelled_choice
from pipeline.cli import screen
from pipeline.errors import ConfigurationError
from pipeline.ledger import Stage
from pipeline.replaying import wanted_of
from pipeline.wiring import open_rooms

JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
DRY_RUN = typer.Option(False, "--dry-run", help="Count only; write nothing.")
DOMAINS = typer.Option([], "--domain", metavar="DOMAIN", help="Only pages of this domain; may be given again.")
LANGUAGES = typer.Option([], "--language", metavar="CODE", help="Only pages in this language (en, de, …); may be given again.")
SINCE = typer.Option(None, "--from", metavar="DAY", help="Only pages captured on this day (YYYY-MM-DD, UTC) or later.")
UNTIL = typer.Option(None, "--to", metavar="DAY", help="Only pages captured on this day or earlier.")


class Restart(StrEnum):
    """Stages from which a replay can begin."""

    CLEAN = "clean"
    ENRICH = "enrich"


@dataclass(frozen=True, slots=True)
class Asked:
    """What both imports of pages take."""

    choice: Choice
    dry_run: bool
    as_json: bool


def asked(
    domains: list[str] = DOMAINS,
    languages: list[str] = LANGUAGES,
    since: str = SINCE,
    until: str = UNTIL,
    dry_run: bool = DRY_RUN,
    as_json: bool = JSON,
) -> Asked:
    """Return what the options say; they are written down here alone."""
    return Asked(spelled_choice(domains, languages, since, until), dry_run, as_json)


def asking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `asked` in place of its parameter `told`."""
    own = [one for one in signature(command, eval_str=True).parameters.values() if one.name != "told"]
    shared = signature(asked, eval_str=True).parameters

    def call(**given: Any) -> None:
        told = asked(**{name: given.pop(name) for name in shared})
        command(**given, told=told)

    every = [*own, *shared.values()]
    call.__name__, call.__doc__ = command.__name__, command.__doc__
    call.__annotations__ = {one.name: one.annotation for one in every}
    call.__signature__ = Signature(every)  # type: ignore[attr-defined]  # what Typer reads options from
    return call


@asking
def import_warc(
    paths: list[Path] = typer.Argument(metavar="PATH...", help="WARC or WACZ files, or folders of these or of saved .html pages."),
    *,
    told: Asked,
) -> None:
    """Take archived pages through all stages, without a network.

    Pages that are known already are passed over, so an import that was interrupted is simply started again.
    """
    _import([str(path) for path in paths], told, ccnews=False)


@asking
def import_ccnews(
    paths: list[str] = typer.Argument(metavar="PATH...", help="WARC files, URLs of some, or paths as Common Crawl lists them."),
    listing: bool = typer.Option(False, "--list", help="Each PATH is a file that lists them, one a line."),
    *,
    told: Asked,
) -> None:
    """Take WARC files of Common Crawl News through all stages.

    What is not wanted by domain, day or language is passed over before it costs anything.
    """
    _import([one for path in paths for one in paths_of(_lines(path))] if listing else paths, told, ccnews=True)


def import_url_list(
    file: Path = typer.Argument(metavar="FILE", help="CSV with a column url, JSON lines, or one address a line; dates where known."),
    domains: list[str] = DOMAINS,
    since: str = SINCE,
    until: str = UNTIL,
    dry_run: bool = DRY_RUN,
    as_json: bool = JSON,
) -> None:
    """Put addresses into the ledger. They are fetched after all live news, by Airflow or by `wireroom run`."""
    choice = spelled_choice(domains, [], since, until)
    with open_rooms() as rooms, screen.progress(f"reading {file.name}", None) as tick:
        done = import_urls(rooms, file, choice, dry_run=dry_run, progress=tick)
    _tell(done, dry_run=dry_run, as_json=as_json)


def replay(
    since: str = typer.Option(..., "--from", metavar="DAY", help="First day (YYYY-MM-DD, UTC) whose archived pages are looked at."),
    until: str = typer.Option(None, "--to", metavar="DAY", help="Last day; the first one where not given."),
    sources: list[str] = typer.Option([], "--source", metavar="FEED", help="Only pages of this feed id; may be given again."),
    domains: list[str] = DOMAINS,
    stage: Restart = typer.Option(None, "--stage", help="Run this stage and what follows again, even where it is current."),
    dry_run: bool = DRY_RUN,
    as_json: bool = JSON,
) -> None:
    """Take archived pages through newer code, without a network.

    Only stages whose version changed run again; pages that are current are left as they are.
    """
    wanted = wanted_of(sources, domains, Stage(stage.value) if stage else None)
    totals: Counter[str] = Counter()
    with open_rooms() as rooms:
        for day in days_of(since, until):
            with screen.progress(f"replaying {day}", None) as tick:
                totals.update(replay_day(rooms, day, wanted, dry_run=dry_run, progress=tick))
    if as_json:
        screen.print_json({"dry_run": dry_run, **totals})
    else:
        screen.note(f"{'would be: ' if dry_run else ''}{screen.listed(totals) or 'nothing was archived on these days'}")


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError.of("PATH", path, f"a text file that can be read ({error})") from error


def _import(paths: list[str], told: Asked, *, ccnews: bool) -> None:
    with open_rooms() as rooms, screen.progress("importing pages", None) as tick:
        done = import_warcs(rooms, paths, told.choice, ccnews=ccnews, dry_run=told.dry_run, progress=tick)
    _tell(done, dry_run=told.dry_run, as_json=told.as_json)


def _tell(done: Imported, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        screen.print_json({"dry_run": dry_run, "found": done.found, "outcomes": done.outcomes})
        return
    found = screen.listed(done.found) or "nothing"
    screen.note(f"{'would be: ' if dry_run else ''}{found}{f'; entries: {screen.listed(done.outcomes)}' if done.outcomes else ''}")
