"""`wireroom up`, `web` and `demo`: the services of one machine."""

from __future__ import annotations

from pathlib import Path

import typer

from pipeline.settings import load_settings
from pipeline.standalone.services import Ports

demo_app = typer.Typer(help="The demo newsroom: made-up publishers on 127.0.0.1.", no_args_is_help=True)


@demo_app.command("serve")
def demo_serve(port: int = typer.Option(8765, envvar="NEWSROOM_PORT", min=1, max=65535, help="Port of 127.0.0.1.")) -> None:
    """Serve the demo newsroom until interrupted."""
    from pipeline.demo.server import run_newsroom

    run_newsroom(port, load_settings().home)


def web(
    port: int = typer.Option(None, min=1, max=65535, help="Port; WIREROOM_WEB_PORT where left out."),
    host: str = typer.Option(None, help="Address; WIREROOM_WEB_HOST where left out."),
) -> None:
    """Serve the search page until interrupted."""
    import uvicorn

    from pipeline.wiring import open_web_app

    settings = load_settings()
    uvicorn.run(
        open_web_app(settings), host=host or settings.web_host, port=port or settings.web_port, log_level="warning", server_header=False
    )


def up(
    demo: bool = typer.Option(
        True, "--demo/--no-demo", envvar="DEMO", help="Follow the demo newsroom (alone) instead of your own feed file."
    ),
    pages: Path = typer.Option(None, help="Follow a folder of pages, served on 127.0.0.1 as their publishers, instead."),
    urls: Path = typer.Option(None, help="With --pages: the list of file and URL."),
    until_done: bool = typer.Option(False, "--until-done", help="Stop once every entry has its outcome, and print the report."),
    airflow_port: int = typer.Option(8080, envvar="AIRFLOW_PORT", min=1, max=65535, help="Port of Airflow's page and API."),
    web_port: int = typer.Option(8810, envvar="WIREROOM_WEB_PORT", min=1, max=65535, help="Port of the search page."),
    newsroom_port: int = typer.Option(8765, envvar="NEWSROOM_PORT", min=1, max=65535, help="Port of the demo newsroom or the pages."),
    worker_log_port: int = typer.Option(8793, envvar="WORKER_LOG_PORT", min=1, max=65535, help="Port of Airflow's worker logs."),
    triggerer_log_port: int = typer.Option(8794, envvar="TRIGGERER_LOG_PORT", min=1, max=65535, help="Port of Airflow's triggerer logs."),
) -> None:
    """Run everything on this machine: Airflow standalone with our DAGs, the search page and, by default, the demo newsroom.

    Ctrl-C ends all of it; the next `wireroom up` goes on where it was.
    """
    from pipeline.standalone.up import Plan, run_up

    ports = Ports(
        airflow=airflow_port, web=web_port, newsroom=newsroom_port, worker_logs=worker_log_port, triggerer_logs=triggerer_log_port
    )
    run_up(Plan(ports=ports, demo=demo and pages is None, pages=pages, urls=urls, until_done=until_done))
