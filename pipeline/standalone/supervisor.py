"""Start the services of one machine, wait until they are healthy, keep them, and leave nothing behind."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.standalone.leash import become_subreaper, end_descendants
from pipeline.standalone.services import Ports, Service

Say = Callable[[str], None]


def check_ports(ports: Ports, *, demo: bool) -> None:
    """Raise `ConfigurationError` for the first port that is taken, with the variable that moves it."""
    for setting, port in ports.by_setting().items():
        if setting == "NEWSROOM_PORT" and not demo:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                remedy = f"stop what listens there, or choose another: make run {setting}={port + 100}"
                raise ConfigurationError(f"port {port} of 127.0.0.1 is taken ({error.strerror}); {remedy}") from error


def hold_home(home: Path) -> IO[str]:
    """Take the data folder for this supervisor. Raises `ConfigurationError` where another one has it."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "standalone.lock").open("a+")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ConfigurationError(
            f"{home} is in use by another `wireroom up`; stop that one, or set WIREROOM_HOME to another folder"
        ) from error
    except OSError as error:
        raise ConfigurationError(f"WIREROOM_HOME: {home} cannot be written ({error.strerror}); choose another folder") from error
    return lock


class Supervisor:
    """Keeps services on leashes. Use as a context manager: leaving it ends every one of them and all they started."""

    def __init__(self, services: Sequence[Service], *, logs: Path, environment: Mapping[str, str], say: Say) -> None:
        self._services = services
        self._logs = logs
        self._environment = dict(environment)
        self._say = say
        self._leashes: dict[str, subprocess.Popen[bytes]] = {}
        self._parent = os.getppid()

    def __enter__(self) -> Supervisor:
        become_subreaper()
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_exc: object) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        self._say("stopping …")
        for leash in self._leashes.values():
            if leash.stdin is not None:
                leash.stdin.close()
        _wait_all(self._leashes.values(), seconds=20.0)
        end_descendants(grace_seconds=2.0)
        self._say("stopped; what was done is kept")

    def start(self) -> None:
        """Start every service, in order."""
        for service in self._services:
            self._start(service)

    def _start(self, service: Service) -> None:
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
        text = self.log_file(service).read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def keep(self) -> None:
        """Stay until interrupted; raises like `check_alive`."""
        while True:
            self.check_alive()
            time.sleep(0.5)


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
        with urllib.request.urlopen(service.health_url, timeout=5.0):  # noqa: S310 - always http://127.0.0.1
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (urllib.error.URLError, OSError):
        return False
