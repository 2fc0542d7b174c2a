"""A large file of the web into a file of ours, through the same address guard as every page.

A crawl's archive has a gigabyte: it is written to disk as it comes, and what a broken connection left is asked for from
where it ended.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import aiohttp

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.fetch.admission import address, turned_away
from pipeline.fetch.client import REDIRECTS, HttpClient
from pipeline.fetch.faults import WIRE_FAULTS, judge

PIECE: Final = 1 << 18
TRIES: Final = 5
PAUSE_SECONDS: Final = 2.0


async def download(client: HttpClient, url: str, target: Path, *, max_bytes: int, local: bool = False) -> None:
    """Write what the URL gives into `target`, whole or not at all.

    Raises:
        RetryableError: the connection broke too often, or the server is not well now.
        ConfigurationError: no such file there, too large, or an address that must not be asked.
    """
    part = target.with_name(target.name + ".part")
    for left in reversed(range(TRIES)):
        try:
            await _one_try(client, url, part, max_bytes, local=local)
            break
        except WIRE_FAULTS as error:
            meaning = judge(error, url)
            if not isinstance(meaning, RetryableError):
                raise ConfigurationError.of("URL", url, f"an address that may be asked ({meaning.reason})") from error
            if not left:
                raise meaning from error
            await asyncio.sleep(PAUSE_SECONDS)
    part.replace(target)


async def _one_try(client: HttpClient, url: str, part: Path, max_bytes: int, *, local: bool) -> None:
    """Follow redirects, each checked anew, to the file itself."""
    for _ in range(5):
        asked = address(url)
        refusal = turned_away(asked, local=local, passes=client.passes) if asked else None
        if asked is None or refusal is not None:
            raise ConfigurationError.of("URL", url, "a public http or https address")
        held = _held(part)
        async with client.stream(asked, {"Range": f"bytes={held}-"} if held else {}) as answer:
            if answer.status in REDIRECTS:
                url = address(answer.headers.get("Location", ""), asked) or ""
                continue
            await _save(answer, asked, part, held, max_bytes)
            return
    raise ConfigurationError.of("URL", url, "an address with at most 4 redirects")


def _held(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


async def _save(answer: aiohttp.ClientResponse, url: str, part: Path, held: int, max_bytes: int) -> None:
    if answer.status == 416 and held:  # nothing is left to send
        return
    if answer.status in {408, 425, 429} or answer.status >= 500:
        raise RetryableError(f"{url}: answered {answer.status}")
    if answer.status not in {200, 206}:
        raise ConfigurationError.of("URL", url, f"a file that is there (it answered {answer.status})")
    goes_on = answer.status == 206
    size = held if goes_on else 0
    with part.open("ab" if goes_on else "wb") as file:
        async for piece in answer.content.iter_chunked(PIECE):
            size += len(piece)
            if size > max_bytes:
                raise ConfigurationError.of("URL", url, f"a file of at most {max_bytes} bytes")
            file.write(piece)
