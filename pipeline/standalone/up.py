"""`wireroom up`: plan, start, wait, show the first articles arrive, stay, stop."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.live import Live
from rich.text import Text

from pipeline.demo.pages import page_folder_feeds, read_page_folder
from pipeline.demo.subscriptions import demo_feeds
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.ledger import Outcome
from pipeline.settings import DEFAULT_HOME, PREFIX, STANDALONE_ENV, Settings, load_settings
from pipeline.sources.registry import read_feed_file, write_feed_file
from pipeline.standalone.airflow_api import AirflowApi
from pipeline.standalone.services import REPOSITORY, Ports, Service, keep_secrets, newsroom_service, standalone_services
from pipeline.standalone.supervisor import Supervisor, answers, check_ports, hold_home
from pipeline.status import Health, StageTotal, Status, read_status, stage_totals
from pipeline.wiring import open_rooms, utc_now

HEALTHY_WITHIN_SECONDS = 240.0
FIRST_ARTICLES_WITHIN_SECONDS = 180.0
# Five seconds between requests are for real publishers. The demo's are ours, and somebody is waiting.
DEMO_SETTINGS = {"HOST_DELAY": "0.2", "FEED_HOST_DELAY": "0.1", "SHARDS": "2"}

KNOWN_WITHIN_SECONDS = 120.0
POLL, SWEEP = "poll_feeds", "sweep"
DAGS = ("ingest_batch", POLL, SWEEP)

T = TypeVar("T")

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
        began = utc_now()
        settings = _prepare(plan, home)
        jwt_secret, password = keep_secrets(home)
        newsroom = newsroom_service(plan.ports, plan.pages, plan.urls, plan.demo)
        services = standalone_services(home, plan.ports, jwt_secret, newsroom=newsroom)
        with Supervisor(services, logs=home / "logs", environment=_environment(plan, home), say=_say) as supervisor:
            _say(f"starting {', '.join(service.name for service in services)}; logs are in {home / 'logs'}")
            supervisor.start()
            api = AirflowApi(plan.ports.airflow, user="admin", password=password)
            _wait(supervisor, api)
            _follow(plan, settings, supervisor, api)
            _show_work(settings, began)
            _show_where(plan, settings, password)
            if not plan.until_done:
                supervisor.keep()
    except KeyboardInterrupt:
        return
    finally:
        (home / STANDALONE_ENV).unlink(missing_ok=True)  # from now on every command is about the operator's own feeds again
        lock.close()


def _say(message: str) -> None:
    screen.print(Text(message), style="dim")


def _prepare(plan: Plan, home: Path) -> Settings:
    """Write the feed file and, for what is served here, the settings that let it through; return the settings in force."""
    if plan.local:
        return _prepare_local(plan, home)
    (home / STANDALONE_ENV).unlink(missing_ok=True)
    settings = load_settings()
    if not settings.feed_file.exists():
        _copy_seeds(settings.feed_file)
    read_feed_file(settings.feed_file)  # what is wrong in it is told now, not in the log of a task
    return settings


def _copy_seeds(feed_file: Path) -> None:
    try:
        feed_file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / "seeds" / "feeds.toml", feed_file)
    except OSError as error:
        raise ConfigurationError.of(PREFIX + "FEEDS", str(feed_file), f"a file that can be written ({error.strerror})") from error
    _say(f"following the feeds of {feed_file} (copied from seeds/feeds.toml; it is yours to edit)")


def _prepare_local(plan: Plan, home: Path) -> Settings:
    subscriptions = page_folder_feeds(read_page_folder(plan.pages, plan.urls)) if plan.pages else demo_feeds(plan.ports.newsroom)
    write_feed_file(_local_feeds(plan, home), subscriptions)
    values = _local_values(plan, home)
    lines = ["# Written by `wireroom up`, which removes it when it stops.", *(f"{name}={value}" for name, value in values.items())]
    (home / STANDALONE_ENV).write_text("\n".join([*lines, ""]))
    settings = load_settings()
    for name, value in (("LOCAL_NEWSROOM", settings.local_newsroom), ("FEEDS", str(settings.feed_file))):
        if value != values[PREFIX + name]:
            raise ConfigurationError.of(PREFIX + name, value, f"unset in the environment while `wireroom up` follows {_what(plan)}")
    return settings


def _local_values(plan: Plan, home: Path) -> Mapping[str, str]:
    """Return the settings that let through what is served here; none for real feeds."""
    if not plan.local:
        return {}
    values = {"LOCAL_NEWSROOM": f"127.0.0.1:{plan.ports.newsroom}", "FEEDS": str(_local_feeds(plan, home))}
    if plan.demo:
        values |= DEMO_SETTINGS | {"CALLBACK_URL": f"http://127.0.0.1:{plan.ports.web}/push"}
    return {PREFIX + name: value for name, value in values.items()}


def _local_feeds(plan: Plan, home: Path) -> Path:
    return home / ("pages.feeds.toml" if plan.pages else "demo.feeds.toml")


def _what(plan: Plan) -> str:
    return f"the pages of {plan.pages}" if plan.pages else "the demo (DEMO=0 leaves it out)"


def _environment(plan: Plan, home: Path) -> Mapping[str, str]:
    """What the services are told. Local settings too: should this process be killed, none of them may turn to real publishers."""
    given = {name: value for name, value in os.environ.items() if value or not name.startswith(PREFIX)}  # empty is as none at all
    return {**_local_values(plan, home), **given, PREFIX + "HOME": str(home), "PYTHONUNBUFFERED": "1"}


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
    log = settings.home / "logs" / "airflow.log"
    _until(lambda: all(map(api.knows, DAGS)), supervisor, what=f"Airflow has not parsed {' and '.join(DAGS)}", log=log)
    run_id = _until(lambda: api.trigger(POLL), supervisor, what=f"Airflow has not started {POLL}", log=log)
    deadline = None if plan.until_done else time.monotonic() + (FIRST_ARTICLES_WITHIN_SECONDS if plan.local else 30.0)
    with open_rooms(settings) as rooms, Live(Text("polling …"), console=screen, refresh_per_second=2, transient=True) as live:
        while True:
            supervisor.check_alive()
            polled = _has_ended(api, run_id)  # asked first: what it polled is in the status read after it
            status = read_status(rooms.state, rooms.clock())
            live.update(Text(progress_line(status)))
            if (polled and settled(status)) or (deadline is not None and time.monotonic() > deadline):
                break
            time.sleep(1.0)
    _say(progress_line(status))
    if plan.demo and not plan.until_done:  # the polls have found the demo's hubs: they are subscribed to now, not in a quarter of an hour
        _until(lambda: api.trigger(SWEEP), supervisor, what=f"Airflow has not started {SWEEP}", log=log)


def _has_ended(api: AirflowApi, run_id: str) -> bool:
    try:
        return api.has_ended(POLL, run_id)
    except RetryableError:  # busy; asked again in a second
        return False


def _until(sought: Callable[[], T], supervisor: Supervisor, *, what: str, log: Path, seconds: float = KNOWN_WITHIN_SECONDS) -> T:
    """Return the first true answer, asked each second. Raises `RetryableError` saying what is missing after so long."""
    deadline = time.monotonic() + seconds
    last = ""
    while True:
        supervisor.check_alive()
        try:
            if found := sought():
                return found
        except RetryableError as error:
            last = f": {error}"
        if time.monotonic() > deadline:
            raise RetryableError(f"{what} after {seconds:.0f} s{last}; its log is {log}")
        time.sleep(1.0)


def settled(status: Status) -> bool:
    """Whether every feed was polled, no entry waits or was put off, and no batch is open."""
    polled = bool(status.feeds) and not status.healths.get(Health.NEW)
    waiting = status.lag.entries_waiting + status.outcomes.get(Outcome.DEFERRED, 0)
    return polled and waiting == 0 and status.lag.batches_unfinished == 0


def progress_line(status: Status) -> str:
    """Return one line: feeds polled, articles searchable, the other outcomes."""
    polled = len(status.feeds) - status.healths.get(Health.NEW, 0)
    ended = ", ".join(f"{count} {outcome}" for outcome, count in status.outcomes.items())
    waiting = status.lag.entries_waiting
    return f"{polled} of {len(status.feeds)} feeds polled; {status.entries} entries: {ended or 'none yet'}; {waiting} waiting"


def _show_work(settings: Settings, began: datetime) -> None:
    from pipeline.cli.upkeep import print_stages

    with open_rooms(settings) as rooms:
        status = read_status(rooms.state, rooms.clock(), batches=10_000)
    if done := work_since(status, began):
        print_stages(done, title="stages of this run")
    else:
        _say("nothing new came in" if settled(status) else "feeds are being polled; `wireroom status` shows what comes in")


def work_since(status: Status, began: datetime) -> tuple[StageTotal, ...]:
    """Return what each stage has done since then, in batches of before too."""
    return stage_totals(report for row in status.batches for report in row.reports if report.started_at >= began)


def _show_where(plan: Plan, settings: Settings, password: str) -> None:
    if plan.until_done:
        return
    lines = (
        ("Search page", f"http://127.0.0.1:{plan.ports.web}/"),
        ("Airflow", f"http://127.0.0.1:{plan.ports.airflow}/  user admin, password {password}"),
        ("Demo newsroom", f"http://127.0.0.1:{plan.ports.newsroom}/" if plan.demo else ""),
        ("Push at work", publish_command(plan) if plan.demo else ""),
        ("Command line", example_command(plan, settings.home)),
        ("Logs", str(settings.home / "logs")),
    )
    screen.print(Text.assemble("\n", ("Wireroom is running", "bold green")))
    for name, where in lines:
        if where:  # a frame would break or cut commands that are to be copied
            screen.print(Text.assemble((f"  {name:<14} ", "bold"), where))
    screen.print("Ctrl-C stops everything")


def _program() -> str:
    program = Path(sys.executable).parent / "wireroom"
    return shlex.quote(str(program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program))


def publish_command(plan: Plan) -> str:
    """Return a command that publishes an article in the demo newsroom, of which its hub tells at once."""
    port = f" --port {plan.ports.newsroom}" if plan.ports.newsroom != Ports().newsroom else ""
    story = "The harbour opened at noon after four days of storm. Ferries left for both islands, with three hundred passengers on each."
    return f"{_program()} demo publish{port} 'Ferries sail again' '{story}'"


def example_command(plan: Plan, home: Path) -> str:
    """Return a search that can be pasted into a shell in this folder and, in the demo, finds something."""
    setting = "" if home == Path(DEFAULT_HOME).resolve() else f"{PREFIX}HOME={shlex.quote(str(home))} "
    return f"{setting}{_program()} search {shlex.quote('ferry strike') if plan.demo else 'since:1d'}"
