"""From names to addresses, and from URLs to where they are really asked for.

`NameResolver` is the ordinary way. `connect_to` is the way of the demo and the tests: every URL, whatever its host and
port, is asked from one local server, like `curl --connect-to ::127.0.0.1:PORT`.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from pipeline.fetch.guard import AddressRefusedError, Endpoint, allowed

Lookup = Callable[[str, int, int], list[tuple[Any, ...]]]  # host, port, family → rows as of getaddrinfo

_THREADS: Final = 32  # slow name servers must not hold up the fast ones behind the few threads of asyncio's own pool


def system_lookup(host: str, port: int, family: int) -> list[tuple[Any, ...]]:
    """Ask the system's resolver. Raises `socket.gaierror`."""
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)


class NameResolver(AbstractResolver):
    """Resolves names in threads of its own and leaves out addresses that may not be connected to.

    The connection is checked again when it is made; here a refused name is only told apart from a dead one.
    """

    def __init__(self, exception: Endpoint | None = None, lookup: Lookup = system_lookup) -> None:
        self._exception = exception
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="names")

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """Return the addresses. Raises `socket.gaierror` where there are none, `AddressRefusedError` where none may be used."""
        if is_localhost(host):
            rows: list[tuple[Any, ...]] = [(socket.AF_INET, 0, 0, "", ("127.0.0.1", port))]
        else:
            rows = await asyncio.get_running_loop().run_in_executor(self._threads, self._lookup, host, port, int(family))
        answers = [_answer(host, port, row) for row in rows]
        usable = [answer for answer in answers if allowed(answer["host"], port, self._exception).allowed]
        if answers and not usable:
            address = answers[0]["host"]
            raise AddressRefusedError(address, port, allowed(address, port, self._exception).reason)
        return usable

    async def close(self) -> None:
        """Let the threads go; a look-up under way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def is_localhost(host: str) -> bool:
    """Whether RFC 6761 makes this name loopback, whatever a name server says."""
    name = host.lower().removesuffix(".")
    return name == "localhost" or name.endswith(".localhost")


def _answer(host: str, port: int, row: tuple[Any, ...]) -> ResolveResult:
    family, _, protocol, _, place = row
    address = str(place[0])
    if family == socket.AF_INET6 and len(place) > 3 and place[3]:  # link-local: keep the zone
        address = f"{address.partition('%')[0]}%{place[3]}"
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=protocol, flags=socket.AI_NUMERICHOST)


def connect_to(url: URL, local: Endpoint) -> tuple[URL, str]:
    """Return the URL to ask the local server for, and the Host header that says which site was meant."""
    return url.with_host(local[0]).with_port(local[1]), url.raw_authority.rpartition("@")[2]


def local_endpoint(setting: str | None) -> Endpoint | None:
    """Return `127.0.0.1:PORT` or `[::1]:PORT` as (address, port)."""
    if setting is None:
        return None
    host, _, port = setting.rpartition(":")
    return host.strip("[]"), int(port)
