"""`wireroom lab`: a change of cleaning or enrichment tried over old pages, told, promoted or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import typer

from pipeline.backfilling import day_of
from pipeline.cli import screen
from pipeline.cli.taking import written_to
from pipeline.errors import ConfigurationError
from pipeline.laboratory import open_lab, report_of_home
from pipeline.trials import Difference, PageFate, Question, TrialReport, TrialState
from pipeline.wiring import open_rooms

JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
PAGE = typer.Option(None, "--html", metavar="FILE", help="Write the report as a page that needs nothing else.")
SHOWN = 15  # publishers of a table on the screen; the page and JSON have all

app = typer.Typer(help="Try newer code over old pages, beside what is searched.", no_args_is_help=True)


class Restart(StrEnum):
    """Stages from which a trial can begin."""

    CLEAN = "clean"
    ENRICH = "enrich"


@app.command()
def run(
    since: str = typer.Option(None, "--from", metavar="DAY", help="First day (YYYY-MM-DD, UTC) whose archived pages are tried."),
    until: str = typer.Option(None, "--to", metavar="DAY", help="Last day."),
    sample: int = typer.Option(None, "--sample", metavar="N", min=1, help="Only so many of the pages, drawn at random."),
    seed: int = typer.Option(1, "--seed", metavar="N", min=0, help="Another number draws other pages."),
    sources: list[str] = typer.Option([], "--source", metavar="FEED", help="Only pages of this feed id; may be given again."),
    domains: list[str] = typer.Option([], "--domain", metavar="DOMAIN", help="Only pages of this domain; may be given again."),
    stage: Restart = typer.Option(None, "--stage", help="Run this stage and what follows again, even where it is current."),
    page: Path = PAGE,
    as_json: bool = JSON,
) -> None:
    """Run the code of now over archived pages, and compare.

    With the settings of now, without a network; what is searched and the ledger stay as they are. Only stages whose version
    changed run, unless --stage names one. Interrupted or killed, it goes on when called with the same options.
    """
    question = _question(since, until, sample, seed, sources, domains, stage)
    with open_rooms() as rooms, screen.progress("trying pages", None) as tick:
        report = open_lab(rooms).run(question, progress=tick)
    _tell(report, page, as_json=as_json)


@app.command()
def report(page: Path = PAGE, as_json: bool = JSON) -> None:
    """Show what the trial found, by publisher and field.

    Exit code 2 where there is none.
    """
    with open_rooms() as rooms:
        found = report_of_home(rooms.settings)
    if found is None:
        raise ConfigurationError("lab: there is no trial; begin one with `wireroom lab run`")
    _tell(found, page, as_json=as_json)


@app.command()
def promote(as_json: bool = JSON) -> None:
    """Let what was tried become what is searched.

    A trial of all pages of a span takes the place of the index in one moment, and the ledger follows. After a sample every page
    of its span is replayed. Interrupted, it goes on when called again.
    """
    with open_rooms() as rooms, screen.progress("promoting", None) as tick:
        counts = open_lab(rooms).promote(progress=tick)
    if as_json:
        screen.print_json(counts)
    else:
        screen.note(
            f"promoted{f': {screen.listed(counts)}' if counts else ''}; `wireroom index drop` removes the old index, where there is one"
        )


@app.command()
def drop() -> None:
    """Give the trial up.

    Its index and its report are removed.
    """
    with open_rooms() as rooms:
        names = open_lab(rooms).drop()
    screen.note(f"dropped: {', '.join(names) or 'the report'}")


def _question(
    since: str | None, until: str | None, sample: int | None, seed: int, sources: list[str], domains: list[str], stage: Restart | None
) -> Question:
    first, last = day_of("--from", since), day_of("--to", until)
    if first and last and last < first:
        raise ConfigurationError.of("--to", until, f"a day not before {since}")
    return Question(
        first=first.date() if first else None,
        last=last.date() if last else None,
        sample=sample,
        seed=seed,
        feeds=tuple(sorted(set(sources))),
        domains=tuple(sorted({domain.lower() for domain in domains})),
        stage=stage.value if stage else "",
    )


def _tell(report: TrialReport, page: Path | None, *, as_json: bool) -> None:
    if page is not None:
        from pipeline.web.lab_page import lab_page

        with written_to(page, "--html") as file:
            file.write(lab_page(report))
        screen.note(f"written to {page}")
    if as_json:
        screen.print_json(as_told(report))
        return
    _show(report)


def as_told(report: TrialReport) -> dict[str, object]:
    """Return a report as JSON has it."""
    import msgspec

    return {**msgspec.to_builtins(report), "looked": report.looked, "fates": report.fates, "fields": report.fields}


def _show(report: TrialReport) -> None:
    asked = report.trial.question
    screen.show(f"{screen.count_of(report.looked, 'page')} of {report.trial.pages:,}: {screen.listed(report.fates) or 'none'}")
    fates = [fate for fate in PageFate if report.fates.get(fate)]
    rows = [(one.publisher, one.pages, *(one.fates.get(fate, 0) or "" for fate in fates)) for one in report.publishers[:SHOWN]]
    screen.table("publishers", ("publisher", "pages", *fates), rows, right=("pages", *fates), wraps=("publisher",))
    _fields("fields, all publishers", report.fields)
    for one in [one for one in report.publishers if one.fields][:SHOWN] if len(report.publishers) > 1 else ():
        _fields(one.publisher, one.fields)
    if report.reasons:
        screen.table(
            "why", ("pages", "reason"), [(count, why) for why, count in report.reasons.items()], right=("pages",), wraps=("reason",)
        )
    if report.trial.state is TrialState.DONE:
        means = f"`wireroom lab promote` {'replays every page of its span' if asked.sample else 'puts it in place'}"
        screen.note(f"{means}, `wireroom lab drop` gives it up; `wireroom lab report --html FILE` shows examples side by side")


def _fields(title: str, fields: dict[str, dict[Difference, int]] | object) -> None:
    assert isinstance(fields, dict)
    columns: Sequence[Difference] = [one for one in Difference if any(one in counts for counts in fields.values())]
    rows = [(name, sum(counts.values()), *(counts.get(one, "") for one in columns)) for name, counts in fields.items()]
    if rows:
        screen.table(f"\n{title}", ("field", "pages", *columns), rows, right=("pages", *columns))
