"""Run the services of docker-compose.yml as processes, without Docker, and take the demo newsroom through them: `scripts/stack-check`.

Commands, environment and health checks are those of docker-compose.yml with the addresses of this machine put in. PostgreSQL and Redis
are Debian's, Elasticsearch is the node of the tests. What a container adds is not part of it: the images themselves, limits, networks,
users and roles of Elasticsearch (the node has no security), Kibana.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from pipeline.demo.subscriptions import demo_feeds
from pipeline.errors import RetryableError
from pipeline.ledger import BatchState, Outcome
from pipeline.settings import PREFIX, Settings
from pipeline.sources.registry import write_feed_file
from pipeline.standalone.airflow_api import AirflowApi
from pipeline.standalone.up import settled
from pipeline.status import read_status
from pipeline.wiring import Rooms
from tests.elasticsearch_node.node import MissingError, RunningNode

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("airflow-apiserver", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer", "airflow-worker", "web")
WORKERS = ("one", "two")
PORTS = ("postgres", "redis", "airflow", "web", "newsroom", "scheduler", "triggerer_logs", "logs_one", "logs_two")
# What the demo is followed with: it is ours and needs no sparing, and small batches give both workers something to do.
DEMO = {"HOST_DELAY": "0.2", "FEED_HOST_DELAY": "0.1", "SHARDS": "2", "BATCH_SIZE": "10"}
HEALTHY_SECONDS, WORK_SECONDS = 240.0, 420.0
screen = Console(stderr=True, highlight=False, soft_wrap=True)


class CheckError(Exception):
    """The stack cannot be run here, or does not do what it must; the message says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it runs: a folder, a port of 127.0.0.1 for each purpose, and what scripts/env wrote."""

    folder: Path
    ports: Mapping[str, int]
    values: Mapping[str, str]
    node_url: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def here(self, text: str) -> str:
        """Return a text of docker-compose.yml with variables and addresses filled in."""
        text = re.sub(r"(?<!\$)\$\{([A-Z0-9_]+)[^}]*\}", lambda found: self.values[found[1]], text).replace("$$", "$")
        for there, instead in {
            "@postgres:5432": f"@127.0.0.1:{self.ports['postgres']}",
            "@redis:6379": f"@127.0.0.1:{self.ports['redis']}",
            "http://elasticsearch:9200": self.node_url,
            "http://airflow-apiserver:8080": f"http://127.0.0.1:{self.ports['airflow']}",
            "127.0.0.1:8080": f"127.0.0.1:{self.ports['airflow']}",
            "127.0.0.1:8974": f"127.0.0.1:{self.ports['scheduler']}",
            "127.0.0.1:8810": f"127.0.0.1:{self.ports['web']}",
            "/var/lib/wireroom": str(self.folder / "wireroom"),
            "/var/lib/airflow": str(self.folder / "airflow"),
            "/opt/wireroom": str(ROOT),
        }.items():
            text = text.replace(there, instead)
        return text


# ── what Docker would make of it ──────────────────────────────────────────────────────────────────────────────────


def read_as_docker_does(place: Place, file: Path = ROOT / "docker-compose.yml") -> list[str] | None:
    """Let the loader of `docker compose config` read the file with this place's variables; return the names of its services.

    None where there is no Go to build it with. Go fetches the modules that stack/compose/go.sum names when it first does.

    Raises:
        CheckError: Docker would refuse the file, or open a port to others than this machine.
    """
    go = shutil.which("go")
    if go is None:
        return None
    command = [go, "run", ".", str(file), str(place.folder / ".env")]
    done = subprocess.run(command, cwd=ROOT / "stack" / "compose", capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CheckError(f"{file.name}: {done.stderr.strip()}")
    services = yaml.safe_load(done.stdout)["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]
    if open_ones := [port for port in ports if port.get("host_ip") != "127.0.0.1"]:
        raise CheckError(f"{file.name}: a port that is open to other machines: {open_ones}")
    return sorted(services)


# ── what runs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def environment(place: Place, service: Mapping[str, Any]) -> dict[str, str]:
    """Return a service's environment, as far as this machine differs with what it needs instead."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "AIRFLOW"))}
    given = {name: place.here(str(value)) for name, value in service["environment"].items() if "INDEX_USER" not in name}
    given.pop(PREFIX + "INDEX_PASSWORD", None)  # the node of the tests knows no users
    demo = {PREFIX + name: value for name, value in DEMO.items()} | {PREFIX + "LOCAL_NEWSROOM": f"127.0.0.1:{place.ports['newsroom']}"}
    ours = {
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(place.ports["airflow"]),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(place.ports["scheduler"]),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(place.ports["triggerer_logs"]),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    return {**kept, **given, **demo, **ours}


def command_of(place: Place, service: Mapping[str, Any]) -> list[str]:
    """Return a service's command line for this machine."""
    here = {"0.0.0.0": "127.0.0.1", "8810": str(place.ports["web"])}  # noqa: S104 - it is replaced
    return [here.get(word, place.here(word)) for word in service["command"]]


def programs(place: Place, compose: Mapping[str, Any]) -> Iterator[tuple[str, list[str], dict[str, str], list[str]]]:
    """Yield what is started beside the stores: name, command, environment, health check. Workers get a name, a log port, a pid file."""
    for name in SERVICES:
        service = compose["services"][name]
        kind, *check = service["healthcheck"]["test"]
        check = [place.here(word) for word in (["sh", "-c", *check] if kind == "CMD-SHELL" else check)]
        if name != "airflow-worker":
            yield name, command_of(place, service), environment(place, service), check
            continue
        for one in WORKERS:
            more = {"AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(place.ports[f"logs_{one}"])}
            named = ["--celery-hostname", f"celery@{one}", "--pid", str(place.folder / f"{one}.pid")]
            own_check = [word.replace("celery@$(hostname)", f"celery@{one}") for word in check]
            yield f"{name}-{one}", [*command_of(place, service), *named], environment(place, service) | more, own_check


def start(place: Place, name: str, command: Sequence[str], given: Mapping[str, str]) -> None:
    """Start a program on a leash: it and all it starts end with this process, however that ends."""
    with (place.folder / f"{name}.log").open("wb") as log:
        leashed = [sys.executable, "-m", "pipeline.standalone.leash", *command]
        place.processes[name] = subprocess.Popen(  # noqa: S603 - commands of docker-compose.yml
            leashed, env=dict(given), stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT
        )


def stop(place: Place) -> None:
    """Let go of every leash, the last one first, and wait."""
    for process in reversed(place.processes.values()):
        assert process.stdin
        process.stdin.close()
    for process in place.processes.values():
        process.wait(timeout=60)


def wait_for(place: Place, what: str, true: Callable[[], bool], *, seconds: float = HEALTHY_SECONDS) -> float:
    """Wait until something is so; return how long that took.

    Raises:
        CheckError: not within these seconds, or a process ended meanwhile; with the end of the logs.
    """
    began = time.monotonic()
    while not true():
        ended = [name for name, process in place.processes.items() if process.poll() is not None]
        if ended or time.monotonic() - began > seconds:
            tails = "\n".join(f"── {name}\n{_tail(place.folder / f'{name}.log')}" for name in ended or place.processes)
            raise CheckError(f"{what}: {'ended: ' + ', '.join(ended) if ended else f'not within {seconds:.0f} s'}\n{tails}")
        time.sleep(1)
    return time.monotonic() - began


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-15:])


# ── the stores ────────────────────────────────────────────────────────────────────────────────────────────────────


def postgres_programs() -> Path:
    """Return the folder of Debian's PostgreSQL programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise CheckError("no PostgreSQL: apt-get install postgresql")
    return found[-1].parent


def start_postgres(place: Place) -> None:
    """Start PostgreSQL on an empty folder, and make the databases with the script that its container runs."""
    folder, programs_folder = place.folder / "postgres", postgres_programs()
    folder.mkdir()
    as_owner: list[str] = []
    user = os.environ.get("USER", "postgres")
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_owner, user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"], "postgres"
    cluster = folder / "cluster"
    making = [programs_folder / "initdb", "-D", cluster, "-U", user, "--auth-host=scram-sha-256", "--auth-local=peer", "-E", "UTF8"]
    subprocess.run([*as_owner, *making], check=True, capture_output=True, cwd="/")  # noqa: S603 - our own words
    listening = ["-D", cluster, "-k", folder, "-p", place.ports["postgres"], "-c", "listen_addresses=127.0.0.1"]
    options = [word for word in listening if word is not None]
    start(place, "postgres", [*as_owner, *map(str, [programs_folder / "postgres", *options])], os.environ)
    ready = [str(programs_folder / "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={place.ports['postgres']}"]
    wait_for(place, "postgres", lambda: subprocess.run(ready, check=False).returncode == 0)  # noqa: S603
    given = os.environ | place.values | {"POSTGRES_USER": user, "PGHOST": str(folder), "PGPORT": str(place.ports["postgres"])}
    script = (ROOT / "stack" / "postgres.sh").read_text()
    subprocess.run([*as_owner, "sh", "-s"], input=script, text=True, check=True, env=given, cwd="/")  # noqa: S603


def start_redis(place: Place, compose: Mapping[str, Any]) -> None:
    """Start Redis as its container does."""
    if not shutil.which("redis-server"):
        raise CheckError("no Redis: apt-get install redis-server")
    (place.folder / "redis").mkdir()
    own = f"dir {place.folder / 'redis'}\\nport {place.ports['redis']}\\nbind 127.0.0.1\\n"
    command = [place.here(word).replace("dir /data\\n", own) for word in compose["services"]["redis"]["command"]]
    start(place, "redis", command, os.environ | {"REDIS_PASSWORD": place.values["REDIS_PASSWORD"]})
    check = f"redis-cli -p {place.ports['redis']} ping | grep -q PONG"
    given = os.environ | {"REDISCLI_AUTH": place.values["REDIS_PASSWORD"]}
    wait_for(place, "redis", lambda: subprocess.run(["sh", "-c", check], check=False, env=given, capture_output=True).returncode == 0)  # noqa: S603, S607


# ── the work ──────────────────────────────────────────────────────────────────────────────────────────────────────


def set_up(place: Place, compose: Mapping[str, Any]) -> None:
    """What the service `setup` does, without users and roles; the feeds are the demo's."""
    (place.folder / "airflow").mkdir()
    home = place.folder / "wireroom"
    home.mkdir()
    write_feed_file(home / "feeds.toml", demo_feeds(place.ports["newsroom"]))
    command = [sys.executable, "-m", "scripts.stack_setup", "airflow", "wireroom"]
    given = environment(place, compose["services"]["setup"])
    done = subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CheckError(f"setup: {(done.stdout + done.stderr)[-2000:]}")


def start_all(place: Place, compose: Mapping[str, Any]) -> dict[str, float]:
    """Start every service, wait until each one's own health check passes; return the seconds of each."""
    checks = {}
    for name, command, given, check in programs(place, compose):
        start(place, name, command, given)
        checks[name] = (check, given)

    def healthy(check: list[str], given: Mapping[str, str]) -> bool:
        return subprocess.run(check, env=dict(given), capture_output=True, check=False, cwd=ROOT).returncode == 0  # noqa: S603

    began = time.monotonic()
    taken = {}
    for name, (check, given) in checks.items():
        wait_for(place, name, lambda check=check, given=given: healthy(check, given))  # type: ignore[misc]
        taken[name] = time.monotonic() - began
        screen.print(f"{name}: healthy after {taken[name]:.0f} s")
    return taken


def take_through(place: Place, rooms: Rooms) -> float:
    """Poll, and wait until everything is indexed; return the seconds."""
    api = AirflowApi(place.ports["airflow"], user="admin", password=place.values["AIRFLOW_ADMIN_PASSWORD"])
    wait_for(place, "Airflow's DAGs", lambda: quietly(lambda: all(map(api.knows, ("poll_feeds", "ingest_batch")))))
    run = api.trigger("poll_feeds")
    polled = wait_for(place, "poll_feeds", lambda: quietly(lambda: api.has_ended("poll_feeds", run)))
    return polled + wait_for(place, "ingest_batch", lambda: settled(read_status(rooms.state, rooms.clock())), seconds=WORK_SECONDS)


def quietly(ask: Callable[[], bool]) -> bool:
    """Ask; what cannot be answered now is no."""
    try:
        return ask()
    except RetryableError:
        return False


def tasks_done(place: Place) -> dict[str, int]:
    """Return how many tasks each Celery worker has done."""
    return {one: len(re.findall(r"\] succeeded in ", (place.folder / f"airflow-worker-{one}.log").read_text())) for one in WORKERS}


def verdict(place: Place, rooms: Rooms) -> dict[str, object]:
    """Return what was done and by whom.

    Raises:
        CheckError: a batch is open, an entry was lost or doubled, or a worker had nothing to do.
    """
    rooms.index.refresh()
    batches = rooms.state.ledger.batches()
    counts = rooms.state.ledger.counts()
    tasks = tasks_done(place)
    found: dict[str, object] = {
        "batches": len(batches),
        "outcomes": {str(outcome): count for outcome, count in counts.items()},
        "documents": rooms.index.count(),
        "tasks by worker": tasks,
    }
    if any(batch.state is not BatchState.FINISHED for batch in batches) or not counts.get(Outcome.INDEXED):
        raise CheckError(f"not everything was worked on: {found}")
    if rooms.index.count() != counts[Outcome.INDEXED] or not all(tasks.values()):
        raise CheckError(f"the index differs from the ledger, or a worker had nothing to do: {found}")
    return found


# ── all of it ─────────────────────────────────────────────────────────────────────────────────────────────────────


def free_ports() -> dict[str, int]:
    """Return a port of 127.0.0.1 that nobody listens on, for each purpose."""
    with ExitStack() as sockets:
        found = [sockets.enter_context(socket.socket()) for _ in PORTS]
        for one in found:
            one.bind(("127.0.0.1", 0))
        return {name: one.getsockname()[1] for name, one in zip(PORTS, found, strict=True)}


@contextmanager
def place_of(folder: Path, node_url: str) -> Iterator[Place]:
    """A place to run in; whatever was started there has ended afterwards."""
    folder.chmod(0o711)  # PostgreSQL's own user passes through
    subprocess.run([sys.executable, ROOT / "scripts" / "env", folder / ".env"], check=True, capture_output=True)  # noqa: S603
    lines = [line for line in (folder / ".env").read_text().splitlines() if line and not line.startswith("#")]
    ports = free_ports()
    values = dict(line.split("=", 1) for line in lines) | {"AIRFLOW_PORT": str(ports["airflow"]), "WORKER_CONCURRENCY": "2"}
    place = Place(folder=folder, ports=ports, values=values, node_url=node_url)
    try:
        yield place
    finally:
        stop(place)


def check(folder: Path) -> None:
    """Run everything and print what came of it."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    with RunningNode(folder / "elasticsearch") as node, place_of(folder, node.url) as place:
        known = read_as_docker_does(place)
        screen.print(f"docker-compose.yml: {'not read by its loader: no Go on the PATH' if known is None else f'{len(known)} services'}")
        start_postgres(place)
        start_redis(place, compose)
        newsroom = [sys.executable, "-m", "pipeline.cli", "demo", "serve", "--port", str(place.ports["newsroom"])]
        start(place, "newsroom", newsroom, os.environ)
        set_up(place, compose)
        taken = start_all(place, compose)
        given = environment(place, compose["services"]["setup"])
        settings = {name.removeprefix(PREFIX).lower(): value for name, value in given.items() if name.startswith(PREFIX)}
        with Rooms(Settings(_env_file=None, **settings)) as rooms:  # type: ignore[arg-type]
            seconds = take_through(place, rooms)
            show(taken, verdict(place, rooms) | {"seconds from poll to searchable": round(seconds)})


def show(taken: Mapping[str, float], found: Mapping[str, object]) -> None:
    """Print two tables: the services, and what they did."""
    for title, rows in (("service: healthy after seconds", {name: f"{one:.0f}" for name, one in taken.items()}), ("done", found)):
        table = Table("", "", title=title, show_header=False)
        for name, value in rows.items():
            table.add_row(name, str(value))
        Console().print(table)


def main() -> int:
    """1 where the stack does not work, 2 where it cannot be run here."""
    if not shutil.which("celery", path=str(Path(sys.executable).parent)):
        print("stack-check: Celery is not installed: scripts/setup stack", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="wireroom-stack-", ignore_cleanup_errors=True) as folder:
        try:
            check(Path(folder))
        except MissingError as missing:
            print(f"stack-check: no Elasticsearch: {missing}", file=sys.stderr)
            return 2
        except CheckError as error:
            print(f"stack-check: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
