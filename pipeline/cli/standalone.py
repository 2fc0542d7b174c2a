"""`wireroom up`, `web` and `demo`: the services of one machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import typer

from pipeline.cli import screen
from pipeline.errors import ConfigurationError
from pipeline.settings import load_settings
from pipeline.standalone.services import Ports

demo_app = typer.Typer(help="The demo newsroom: made-up publishers on 127.0.0.1.", no_args_is_help=True)
HIGHEST_PORT = 65535


@demo_app.command("serve")
def demo_serve(
    port: int = typer.Option(8765, envvar="NEWSROOM_PORT", metavar="PORT", min=1, max=HIGHEST_PORT, help="Port of 127.0.0.1."),
) -> None:
    """Serve the demo newsroom until interrupted."""
    from pipeline.demo.server import run_newsroom

    screen.note(f"the demo newsroom is on http://127.0.0.1:{port}/ - Ctrl-C ends it")
    run_newsroom(port, load_settings().home)


@demo_app.command("publish")
def demo_publish(
    title: str = typer.Argument(metavar="TITLE", help="Title of the article."),
    text: str = typer.Argument(metavar="TEXT", help="Its text, of two sentences or more; blank lines part paragraphs."),
    publisher: str = typer.Option("kbay6", metavar="ID", help="Which of the made-up publishers."),
    port: int = typer.Option(8765, envvar="NEWSROOM_PORT", metavar="PORT", min=1, max=HIGHEST_PORT, help="Port of the demo newsroom."),
) -> None:
    """Publish one more article in the running demo newsroom.

    Its hub tells subscribers at once: watch it become searchable without waiting for a poll. Prints the article's address.
    """
    from pipeline.demo.serving import publish

    print(publish(port, title=title, text=text, publisher=publisher))


def web(
    port: int = typer.Option(None, metavar="PORT", min=1, max=HIGHEST_PORT, help="Port; WIREROOM_WEB_PORT where left out."),
    host: str = typer.Option(None, metavar="ADDRESS", help="Address; WIREROOM_WEB_HOST where left out."),
) -> None:
    """Serve the search page until interrupted."""
    import uvicorn

    from pipeline.wiring import open_web_app

    settings = load_settings()
    with listening_socket(host or settings.web_host, port or settings.web_port) as listening:
        app = open_web_app(settings)
        screen.note(f"the search page is on http://{_shown_address(listening)}/ - Ctrl-C ends it")
        uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False)).run(sockets=[listening])


def airflow(
    arguments: list[str] = typer.Argument(metavar="ARGUMENTS...", help="What Airflow's own command line is given, as it is."),
    airflow_port: int = typer.Option(8080, envvar="AIRFLOW_PORT", metavar="PORT", min=1, max=HIGHEST_PORT, hidden=True, help="Its port."),
) -> None:
    """Run Airflow's own command line on the Airflow of `wireroom up`.

    With its settings, and so with its database: `wireroom airflow dags list`. For its own help: `wireroom airflow -- --help`.
    """
    from pipeline.standalone.services import airflow_environment, keep_secrets

    home = load_settings().home
    secret, _ = keep_secrets(home)
    settings = airflow_environment(home, Ports(airflow=airflow_port), secret)
    command = [str(Path(sys.executable).parent / "airflow"), *arguments]
    done = subprocess.run(command, env={**os.environ, **settings}, check=False)  # noqa: S603 - of the operator, for the operator
    raise typer.Exit(done.returncode)


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket bound to this address; raises `ConfigurationError` naming host and port where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError) as error:
        raise ConfigurationError.of("WIREROOM_WEB_HOST", host, f"an address of this machine ({error})") from error
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        allowed = f"an address and a free port of this machine ({error.strerror}); choose another with --port or WIREROOM_WEB_PORT"
        raise ConfigurationError.of("WIREROOM_WEB_HOST and WIREROOM_WEB_PORT", f"{host}:{port}", allowed) from error
    return listening


def _shown_address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def up(
    demo: bool = typer.Option(
        True, "--demo/--no-demo", envvar="DEMO", help="Follow the demo newsroom (alone) instead of your own feed file."
    ),
    pages: Path = typer.Option(None, metavar="FOLDER", help="Follow a folder of pages, served on 127.0.0.1 as their publishers, instead."),
    urls: Path = typer.Option(None, metavar="FILE", help="With --pages: the list of file and URL."),
    until_done: bool = typer.Option(False, "--until-done", help="Stop once every entry has its outcome, and print the report."),
    airflow_port: int = typer.Option(
        8080, envvar="AIRFLOW_PORT", metavar="PORT", min=1, max=HIGHEST_PORT, help="Port of Airflow's page and API."
    ),
    web_port: int = typer.Option(
        None, metavar="PORT", min=1, max=HIGHEST_PORT, help="Port of the search page; WIREROOM_WEB_PORT where left out."
    ),
    newsroom_port: int = typer.Option(
        8765, envvar="NEWSROOM_PORT", metavar="PORT", min=1, max=HIGHEST_PORT, help="Port of the demo newsroom or the pages."
    ),
    worker_log_port: int = typer.Option(
        8793, envvar="WORKER_LOG_PORT", metavar="PORT", min=1, max=HIGHEST_PORT, help="Port of Airflow's worker logs."
    ),
    triggerer_log_port: int = typer.Option(
        8794, envvar="TRIGGERER_LOG_PORT", metavar="PORT", min=1, max=HIGHEST_PORT, help="Port of Airflow's triggerer logs."
    ),
) -> None:
    """Run everything on this machine, and show where to look.

    Airflow standalone with our DAGs, the search page and, by default, the demo newsroom. Ctrl-C ends all of it; the next
    `wireroom up` goes on where it was.
    """
    from pipeline.standalone.up import Plan, run_up

    if urls is not None and pages is None:
        raise ConfigurationError.of("--urls", str(urls), "only together with --pages FOLDER")
    ports = Ports(
        airflow=airflow_port,
        web=web_port or load_settings().web_port,
        newsroom=newsroom_port,
        worker_logs=worker_log_port,
        triggerer_logs=triggerer_log_port,
    )
    run_up(Plan(ports=ports, demo=demo and pages is None, pages=pages, urls=urls, until_done=until_done))
