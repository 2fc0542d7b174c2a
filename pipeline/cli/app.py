"""The command tree, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence

import click
import typer

from pipeline import __version__
from pipeline.cli import feeds, ingest, reading, screen, standalone, upkeep
from pipeline.errors import ConfigurationError, WireroomError

app = typer.Typer(
    name="wireroom",
    help="Follow news feeds, keep every page, clean and enrich the articles, search them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(feeds.app, name="feeds")
app.add_typer(ingest.import_app, name="import")
app.add_typer(standalone.demo_app, name="demo")
COMMANDS: tuple[Callable[..., None], ...] = (
    ingest.poll,
    ingest.run,
    reading.search,
    reading.show,
    reading.explain,
    upkeep.status,
    upkeep.config,
    upkeep.doctor,
    standalone.web,
    standalone.up,
)
for command in COMMANDS:
    app.command()(command)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"wireroom {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Log what is done to standard error."),
) -> None:
    """Hold the options that come before any command."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; no error of ours leaves a traceback."""
    try:
        status = app(args=arguments, standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.exceptions.Abort):
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader (head, less) has seen enough
        return 0
    except ConfigurationError as error:
        screen.fail(str(error))
        return 2
    except WireroomError as error:
        screen.fail(str(error))
        return 1
    return status if isinstance(status, int) else 0
