"""`wireroom up`: plan, start, wait, show the first articles arrive, stay, stop."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from pipeline.demo.pages import page_folder_feeds, read_page_folder
from pipeline.demo.subscriptions import demo_feeds
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.ledger import Outcome
from pipeline.settings import PREFIX, STANDALONE_ENV, Settings, load_settings
from pipeline.sources.registry import write_feed_file
from pipeline.standalone.airflow_api import AirflowApi
from pipeline.standalone.services import REPOSITORY, Ports, Service, keep_secrets, newsroom_service, standalone_services
from pipeline.standalone.supervisor import Supervisor, answers, check_ports, hold_home
from pipeline.status import Health, Status, read_status
from pipeline.wiring import open_rooms

HEALTHY_WITHIN_SECONDS = 240.0
FIRST_ARTICLES_WITHIN_SECONDS = 180.0
# Five seconds between requests are for real publishers. The demo's are ours, and somebody is waiting.
DEMO_SETTINGS = {"HOST_DELAY": "0.2", "FEED_HOST_DELAY": "0.1", "SHARDS": "2"}

DAGS = ("ingest_batch", "poll_feeds")

screen = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run: the demo newsroom, or a folder of pages, or (neither) the operator's own feeds."""

    ports: Ports
    demo: bool
    pages: Path | None = None
    urls: Path | None = None
    until_done: bool = False

    @property
    def local(self) -> bool:
        """Whether all that is followed is served on this machine."""
        return self.demo or self.pages is not None


def run_up(plan: Plan) -> None:
    """Run the plan until it is done or interrupted; every process it started is gone when this returns.

    Raises:
        ConfigurationError: a taken port, a folder in use, a wrong setting.
        RetryableError: a service ended or did not get healthy.
    """
    home = load_settings().home
    lock = hold_home(home)
    try:
        check_ports(plan.ports, demo=plan.local)
        settings = _prepare(plan, home)
        jwt_secret, password = keep_secrets(home)
        services = standalone_services(
            home, plan.ports, jwt_secret, newsroom=newsroom_service(plan.ports, plan.pages, plan.urls, plan.demo)
        )
        with Supervisor(services, logs=home / "logs", environment=_environment(home), say=_say) as supervisor:
            supervisor.start()
            api = AirflowApi(plan.ports.airflow, user="admin", password=password)
            _wait(supervisor, api)
            _follow(plan, settings, supervisor, api)
            _show_where(plan, settings, password)
            if not plan.until_done:
                supervisor.keep()
    except KeyboardInterrupt:
        return
    finally:
        lock.close()


def _say(message: str) -> None:
    screen.print(escape(message), style="dim")


def _prepare(plan: Plan, home: Path) -> Settings:
    """Write the feed file and, for what is served here, the settings that let it through; return the settings in force."""
    generated = home / STANDALONE_ENV
    if plan.local:
        feeds = home / ("pages.feeds.toml" if plan.pages else "demo.feeds.toml")
        subscriptions = page_folder_feeds(read_page_folder(plan.pages, plan.urls)) if plan.pages else demo_feeds(plan.ports.newsroom)
        write_feed_file(feeds, subscriptions)
        values = {"LOCAL_NEWSROOM": f"127.0.0.1:{plan.ports.newsroom}", "FEEDS": str(feeds), **(DEMO_SETTINGS if plan.demo else {})}
        lines = [f"{PREFIX}{name}={value}" for name, value in values.items()]
        generated.write_text("\n".join(["# Written by `wireroom up`; gone when it runs without the demo.", *lines, ""]))
    else:
        generated.unlink(missing_ok=True)
    settings = load_settings()
    if not plan.local and not settings.feed_file.exists():
        settings.feed_file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / "seeds" / "feeds.toml", settings.feed_file)
        _say(f"following the feeds of {settings.feed_file} (copied from seeds/feeds.toml; it is yours to edit)")
    if plan.local and settings.local_newsroom is None:
        raise ConfigurationError.of(PREFIX + "LOCAL_NEWSROOM", "", "unset in the environment while the demo runs")
    return settings


def _environment(home: Path) -> Mapping[str, str]:
    return {**os.environ, PREFIX + "HOME": str(home), "PYTHONUNBUFFERED": "1"}


def _wait(supervisor: Supervisor, api: AirflowApi) -> None:
    with Live(Text("starting …"), console=screen, refresh_per_second=4, transient=True) as live:
        began = time.monotonic()

        def healthy(service: Service) -> bool:
            return answers(service) and (service.name != "airflow" or not api.unhealthy_parts())

        def tick(service: Service) -> None:
            live.update(Text(f"starting {service.name} … {time.monotonic() - began:.0f} s"))

        supervisor.wait_healthy(healthy, seconds=HEALTHY_WITHIN_SECONDS, tick=tick)
    _say(f"everything is up after {time.monotonic() - began:.0f} s")


def _follow(plan: Plan, settings: Settings, supervisor: Supervisor, api: AirflowApi) -> None:
    """Have the feeds polled now and show the articles arrive."""
    _until(lambda: all(map(api.knows, DAGS)), supervisor, seconds=120.0, what=f"Airflow has not parsed {' and '.join(DAGS)}")
    api.trigger("poll_feeds")
    deadline = None if plan.until_done else time.monotonic() + (FIRST_ARTICLES_WITHIN_SECONDS if plan.local else 30.0)
    with open_rooms(settings) as rooms, Live(Text("polling …"), console=screen, refresh_per_second=2, transient=True) as live:
        while True:
            supervisor.check_alive()
            status = read_status(rooms.state, rooms.clock(), batches=10_000)
            live.update(Text(progress_line(status)))
            if settled(status) or (deadline is not None and time.monotonic() > deadline):
                break
            time.sleep(1.0)
    _say(progress_line(status))


def _until(true: Callable[[], bool], supervisor: Supervisor, *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        supervisor.check_alive()
        if time.monotonic() > deadline:
            raise RetryableError(f"{what} after {seconds:.0f} s; see HOME/logs/airflow.log")
        time.sleep(1.0)


def settled(status: Status) -> bool:
    """Whether every feed was polled, no entry waits or was put off, and no batch is open."""
    polled = bool(status.feeds) and not status.healths.get(Health.NEW)
    waiting = status.lag.entries_waiting + status.outcomes.get(Outcome.DEFERRED, 0)
    return polled and waiting == 0 and status.lag.batches_unfinished == 0 and status.entries > 0


def progress_line(status: Status) -> str:
    """Return one line: feeds polled, articles searchable, the other outcomes."""
    polled = len(status.feeds) - status.healths.get(Health.NEW, 0)
    ended = ", ".join(f"{count} {outcome}" for outcome, count in status.outcomes.items())
    waiting = status.lag.entries_waiting
    return f"{polled} of {len(status.feeds)} feeds polled; {status.entries} entries: {ended or 'none yet'}; {waiting} waiting"


def _show_where(plan: Plan, settings: Settings, password: str) -> None:
    from pipeline.cli.upkeep import print_stages

    with open_rooms(settings) as rooms:
        print_stages(read_status(rooms.state, rooms.clock(), batches=10_000))
    if plan.until_done:
        return
    wireroom = f"WIREROOM_HOME={settings.home} wireroom" if settings.home != Path("var").resolve() else "wireroom"
    lines = (
        ("Search page", f"http://127.0.0.1:{plan.ports.web}/"),
        ("Airflow", f"http://127.0.0.1:{plan.ports.airflow}/  user admin, password {password}"),
        ("Demo newsroom", f"http://127.0.0.1:{plan.ports.newsroom}/" if plan.demo else ""),
        ("Command line", f".venv/bin/{wireroom} search 'ferry strike'" if wireroom == "wireroom" else f"{wireroom} search 'ferry strike'"),
        ("Logs", str(settings.home / "logs")),
    )
    text = "\n".join(f"[bold]{name:<14}[/] {escape(where)}" for name, where in lines if where)
    screen.print(Panel(text, title="Wireroom is running", subtitle="Ctrl-C stops everything", expand=False))
