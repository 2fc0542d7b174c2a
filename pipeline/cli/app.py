"""The command tree, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import typer

from pipeline import __version__
from pipeline.cli import (
    backfill,
    coverage,
    feeds,
    index,
    ingest,
    lab,
    misuse,
    models,
    past,
    push,
    reading,
    rebuild,
    screen,
    standalone,
    stories,
    taking,
    upkeep,
)
from pipeline.errors import ConfigurationError, WireroomError
from pipeline.settings import load_settings

WRONG_USE = 2
INTERRUPTED = 130

app = typer.Typer(
    name="wireroom",
    help="Follow news feeds, keep every page, clean and enrich the articles, search them.",
    epilog="Exit codes: 0 done; 1 failed, may succeed later; 2 wrong use or configuration; 3 nothing found.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: it fits 80 columns and reads well in a pipe
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS: tuple[Callable[..., None], ...] = (
    standalone.up,
    ingest.run,
    ingest.poll,
    past.replay,
    reading.search,
    taking.export,
    taking.similar,
    reading.show,
    reading.explain,
    stories.story,
    stories.sources,
    upkeep.status,
    coverage.coverage,
    upkeep.doctor,
    upkeep.config,
    standalone.web,
)
# A query may begin with a dash (-word): search has no short option, and what looks like one is part of the query.
DASHES = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
for command in COMMANDS:
    app.command(context_settings=DASHES if command in {reading.search, taking.export} else None)(command)
app.command(context_settings={"allow_interspersed_args": False, "help_option_names": ["--help"]})(standalone.airflow)
app.add_typer(backfill.app, name="backfill")
app.add_typer(rebuild.app, name="rebuild")
app.add_typer(feeds.app, name="feeds")
app.add_typer(push.app, name="push")
app.add_typer(index.app, name="index")
app.add_typer(lab.app, name="lab")
ingest.import_app.command("warc")(past.import_warc)
ingest.import_app.command("ccnews")(past.import_ccnews)
ingest.import_app.command("urls")(past.import_url_list)
app.add_typer(models.app, name="models")
app.add_typer(ingest.import_app, name="import")
app.add_typer(standalone.demo_app, name="demo")


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"wireroom {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Log what is done to standard error."),
) -> None:
    """Hold the options that come before any command."""
    logger = context.with_resource(screen.logging_on_screen())
    logger.setLevel("INFO" if verbose else _log_level())


def _log_level() -> str:
    try:
        return load_settings().log_level
    except ConfigurationError:
        return "WARNING"  # the command itself will say what is wrong, and --help needs no settings


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; no error of ours leaves a traceback."""
    try:
        status = app(args=arguments, prog_name="wireroom", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _misused(error)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):  # Typer and rich have met it and want to leave at once
            return _hung_up()
        return leaving.code if isinstance(leaving.code, int) else 0
    except BrokenPipeError:
        return _hung_up()
    except ConfigurationError as error:
        screen.fail(str(error))
        return WRONG_USE
    except WireroomError as error:
        screen.fail(str(error))
        return 1
    return status if isinstance(status, int) else 0


def _misused(error: typer.TyperException) -> int:
    if misuse.is_help(error):
        print(error.format_message(), file=sys.stderr)
    else:
        screen.fail(misuse.told(error))
    return WRONG_USE


def _hung_up() -> int:
    """The reader (head, less) has seen enough: nothing more is written, not even when Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.__stdout__.fileno() if sys.__stdout__ else 1)
    os.close(nowhere)
    return 0
