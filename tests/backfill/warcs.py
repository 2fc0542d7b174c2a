"""WARC files for tests: pages as a crawler would have written them, sound or with the flaws that such files have."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace

PAGE = b"<!doctype html><html lang='en'><head><title>%s</title></head><body><p>%s</p></body></html>"


@dataclass(frozen=True, kw_only=True)
class Written:
    """One response of a file under test."""

    url: str = "https://a.example/news/1"
    body: bytes = PAGE % (b"One", b"Something happened. " * 20)
    at: str = "2024-05-03T10:00:00Z"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    fields: tuple[tuple[str, str], ...] = ()
    kind: str = "response"
    off_by: int = 0  # what is added to the Content-Length of the WARC head

    def block(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in self.headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body

    def raw(self) -> bytes:
        """The WARC stretch of it, with the empty lines behind."""
        block = self.block()
        lines = ["WARC/1.0", f"WARC-Type: {self.kind}", f"WARC-Target-URI: {self.url}", f"WARC-Date: {self.at}"]
        lines += [f"{name}: {value}" for name, value in self.fields]
        lines += ["Content-Type: application/http; msgtype=response", f"Content-Length: {len(block) + self.off_by}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + block + b"\r\n\r\n"

    def packed(self) -> bytes:
        """The same as a gzip member of its own."""
        return gzip.compress(self.raw(), 6, mtime=0)


def several(count: int, **changes: object) -> list[Written]:
    """So many different pages."""
    return [replace(Written(**changes), url=f"https://a.example/news/{n}", body=_body(n)) for n in range(count)]  # type: ignore[arg-type]


def _body(number: int) -> bytes:
    return PAGE % (b"T%d" % number, b"Words of page %d. " % number * (number + 1))
