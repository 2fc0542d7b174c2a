"""`wireroom models`: trained models for finding names and for vectors: list, install; and learning from the articles."""

from __future__ import annotations

import typer

from pipeline.cli import screen
from pipeline.settings import load_settings
from pipeline.wiring import check_home, open_rooms

app = typer.Typer(help="Models for names and vectors.", no_args_is_help=True)
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


@app.command("vectors")
def install_vector_model(
    source: str = typer.Argument(
        "minishlab/potion-base-8M", metavar="[FOLDER|OWNER/NAME]", help="A model2vec model on this machine, or its name on huggingface.co."
    ),
) -> None:
    """Install a model that makes vectors.

    By them `similar` finds articles on the same matter in other words. Needs the extra `vectors`, and the
    network unless it is given a folder. WIREROOM_VECTOR_MODEL=NAME then turns it on; the default is for English.
    """
    from pipeline.enrich.vectors import install_vectors

    settings = load_settings()
    check_home(settings)
    folder = install_vectors(source, settings.home)
    if settings.vector_model == folder:
        screen.note(f"{folder.name} is installed and used from now on; `wireroom replay` gives vectors to the articles of before")
    else:
        screen.note(f"{folder.name} is installed; set WIREROOM_VECTOR_MODEL={folder.name} to use it")


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
