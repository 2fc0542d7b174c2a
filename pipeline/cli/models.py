"""`wireroom models list` and `install`: trained models for finding names."""

from __future__ import annotations

import typer

from pipeline.cli import screen
from pipeline.wiring import open_rooms

app = typer.Typer(help="Trained models for finding names: list, install, learn.", no_args_is_help=True)
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")


@app.command("list")
def list_models(as_json: bool = JSON) -> None:
    """Show which model finds the names of each language.

    "builtin" is the pipeline that needs no model: gazetteers and rules.
    """
    from pipeline.enrich.models import MODELS, in_use

    found = in_use()
    if as_json:
        screen.print_json(found)
    else:
        rows = [("others" if one == "*" else one, found[one], MODELS.get(one, "–")) for one in found]
        screen.table("", ("language", "in use", "can be installed"), rows)


@app.command("install")
def install_model(language: str = typer.Argument(metavar="LANGUAGE", help="Language code: en, de, fr, …")) -> None:
    """Install the small trained model of a language. Needs the network.

    Nothing else in Wireroom ever downloads a model. Running tasks load it when they start next.
    """
    from pipeline.enrich.models import install

    screen.note(f"{install(language)} is installed and used from now on")


@app.command("learn")
def learn_words(as_json: bool = JSON) -> None:
    """Learn from the newest articles how common words are, and names.

    The sweep does so once a day. Tasks know them when they start next.
    """
    with open_rooms() as rooms:
        count = rooms.learn()
    if as_json:
        screen.print_json({"articles": count})
    else:
        screen.note(f"learned from {screen.count_of(count, 'article')}")
