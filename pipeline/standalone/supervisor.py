"""Start the services of one machine, wait until they are healthy, keep them, and leave nothing behind."""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.settings import STANDALONE_LOCK
from pipeline.standalone.airflow_api import DIRECTLY
from pipeline.standalone.leash import become_subreaper, end_descendants
from pipeline.standalone.services import Ports, Service

Say = Callable[[str], None]

STOPPING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
TAIL_BYTES = 64 * 1024
LARGE_LOG_BYTES = 20_000_000
LOOK_SECONDS = 0.5


def check_ports(ports: Ports, *, demo: bool) -> None:
    """Raise `ConfigurationError` for the first port that cannot be had, with the variable that moves it."""
    owners: dict[int, str] = {}
    for setting, port in ports.by_setting().items():
        if setting == "NEWSROOM_PORT" and not demo:
            continue
        remedy = f"choose another: make run {setting}={_another(port, ports)}"
        if port in owners:
            raise ConfigurationError(f"{setting}: port {port} is that of {owners[port]} already; {remedy}")
        owners[port] = setting
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                taken = error.errno == errno.EADDRINUSE
                fault = "is taken; stop what listens there, or" if taken else f"cannot be had ({error.strerror});"
                raise ConfigurationError(f"{setting}: port {port} of 127.0.0.1 {fault} {remedy}") from error


def _another(port: int, ports: Ports) -> int:
    wanted = ports.by_setting().values()
    others: list[int] = [*range(port + 100, 65536, 100), *range(8100, 65536)]
    return next(other for other in others if other not in wanted)


def hold_home(home: Path) -> IO[str]:
    """Take the data folder for this supervisor until the lock is closed. Raises `ConfigurationError` where another has it."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (home / STANDALONE_LOCK).open("a+")
    except OSError as error:
        raise ConfigurationError.of("WIREROOM_HOME", str(home), f"a folder that can be written to ({error.strerror})") from error
    try:
        _take(lock)
    except BlockingIOError as error:
        lock.close()
        raise ConfigurationError.of(
            "WIREROOM_HOME", str(home), "a folder that no other `wireroom up` uses; stop that one, or choose another folder"
        ) from error
    except OSError as error:
        lock.close()
        raise ConfigurationError.of("WIREROOM_HOME", str(home), f"a folder on a disk that can lock files ({error.strerror})") from error
    return lock


def _take(lock: IO[str]) -> None:
    """Take the lock; whoever reads settings holds it for an instant, to see whether anybody does."""
    deadline = time.monotonic() + LOOK_SECONDS
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.02)


class Supervisor:
    """Keeps services on leashes. Use as a context manager: leaving it ends every one of them and all they started."""

    def __init__(self, services: Sequence[Service], *, logs: Path, environment: Mapping[str, str], say: Say) -> None:
        self._services = services
        self._logs = logs
        self._environment = dict(environment)
        self._say = say
        self._leashes: dict[str, subprocess.Popen[bytes]] = {}
        self._before: dict[signal.Signals, Any] = {}  # signal handlers
        self._parent = os.getppid()

    def __enter__(self) -> Supervisor:
        become_subreaper()
        self._before = {number: signal.getsignal(number) for number in STOPPING}
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_exc: object) -> None:
        for number in STOPPING:  # a second Ctrl-C must not leave half of them behind
            signal.signal(number, signal.SIG_IGN)
        try:
            self._stop()
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)

    def _stop(self) -> None:
        self._mention("stopping …")
        for leash in self._leashes.values():
            if leash.stdin is not None:
                leash.stdin.close()
        _wait_all(self._leashes.values(), seconds=20.0)
        end_descendants(grace_seconds=2.0)
        self._mention("stopped; what was done is kept")

    def _mention(self, message: str) -> None:
        with suppress(OSError, SystemExit):  # the terminal may be gone, and that must not keep us from stopping
            self._say(message)

    def start(self) -> None:
        """Start every service, in order. Raises `ConfigurationError` where the program of one is not installed."""
        for service in self._services:
            if shutil.which(service.command[0]) is None:
                raise ConfigurationError(f"{service.name}: {service.command[0]} is not there; run scripts/setup")
        for service in self._services:
            self._start(service)

    def _start(self, service: Service) -> None:
        _put_aside(self.log_file(service))
        with self.log_file(service).open("ab") as log:
            self._leashes[service.name] = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "pipeline.standalone.leash", *service.command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment | dict(service.environment),
                start_new_session=True,
            )

    def log_file(self, service: Service) -> Path:
        """Where the service's output goes."""
        return self._logs / f"{service.name}.log"

    def wait_healthy(self, healthy: Callable[[Service], bool], *, seconds: float, tick: Callable[[Service], None]) -> None:
        """Wait until each service is healthy. Raises `RetryableError` with the end of its log where one exits or is too slow."""
        deadline = time.monotonic() + seconds
        for service in self._services:
            while not healthy(service):
                self.check_alive()
                if time.monotonic() > deadline:
                    raise RetryableError(f"{service.name} is not healthy after {seconds:.0f} s; its log is {self.log_file(service)}")
                tick(service)
                time.sleep(0.5)

    def check_alive(self) -> None:
        """Raise `RetryableError` where a service has ended, `KeyboardInterrupt` where our own parent is gone."""
        if os.getppid() != self._parent:
            raise KeyboardInterrupt
        for service in self._services:
            status = self._leashes[service.name].poll()
            if status is not None:
                raise RetryableError(
                    f"{service.name} ended with status {status}; the end of {self.log_file(service)}:\n{self._tail(service)}"
                )

    def _tail(self, service: Service, *, lines: int = 15) -> str:
        with self.log_file(service).open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL_BYTES))
            text = log.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def keep(self) -> None:
        """Stay until interrupted; raises like `check_alive`."""
        while True:
            self.check_alive()
            time.sleep(0.5)


def _put_aside(log: Path) -> None:
    """Begin a new log where the old one has grown large; the one before it is kept."""
    if log.exists() and log.stat().st_size > LARGE_LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_all(leashes: Iterable[subprocess.Popen[bytes]], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for leash in leashes:
        try:
            leash.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            leash.terminate()


def answers(service: Service) -> bool:
    """Whether the service's health URL answers with anything but a server error."""
    try:
        with DIRECTLY.open(service.health_url, timeout=5.0):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return error.code < 500
    except (OSError, http.client.HTTPException):
        return False
