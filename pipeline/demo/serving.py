"""Listening on a port of this machine, until told to stop."""

from __future__ import annotations

import asyncio
import signal
import urllib.error
import urllib.parse
import urllib.request

from aiohttp import web

from pipeline.errors import ConfigurationError, RetryableError

PUBLISH = "/newsroom/publish"
SECONDS = 10.0


class Serving:
    """A server that is listening. `port` is the one it was given, or found where it was asked for 0."""

    def __init__(self, runner: web.AppRunner, port: int) -> None:
        self._runner = runner
        self.port = port

    async def close(self) -> None:
        """Stop listening and break off what is being sent."""
        await self._runner.cleanup()


async def serve_app(app: web.Application, host: str, port: int) -> Serving:
    """Serve an application. Raises `ConfigurationError` where the port is taken."""
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        wanted = f"a free port; find who holds it with `ss -ltnp 'sport = :{port}'`, or choose another"
        raise ConfigurationError.of(f"port on {host}", port, wanted) from error
    return Serving(runner, runner.addresses[0][1])


def run_app(app: web.Application, port: int) -> None:
    """Serve an application on 127.0.0.1 until the process is asked to end (SIGINT, SIGTERM)."""
    asyncio.run(_until_stopped(app, port))


async def _until_stopped(app: web.Application, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    serving = await serve_app(app, "127.0.0.1", port)
    try:
        await stopped.wait()
    finally:
        await serving.close()


def publish(port: int, **article: str) -> str:
    """Have the newsroom on this port publish an article, given by its fields, and return the article's URL.

    Raises `ConfigurationError` for what it does not take, `RetryableError` where it does not answer.
    """
    address = f"http://127.0.0.1:{port}{PUBLISH}"
    request = urllib.request.Request(address, data=urllib.parse.urlencode(article).encode())
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with directly.open(request, timeout=SECONDS) as answer:
            return str(answer.read().decode()).strip()
    except urllib.error.HTTPError as error:
        with error:
            raise ConfigurationError(f"the newsroom on port {port} did not take it: {error.read().decode().strip()}") from error
    except OSError as error:
        raise RetryableError(f"{address}: {error}; is the demo running?") from error
