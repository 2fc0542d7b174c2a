"""WARC files of any origin, read as a stream: each stretch gives a response, or the reason why it does not.

A file of Common Crawl holds whatever a crawler met on a bad day: torn ends, lengths that are wrong, damaged gzip. The
reader goes on behind each of them, at the next gzip member or the next line that begins a WARC head.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pipeline.backfill.found import Cursor, Missed
from pipeline.backfill.unpacking import Readable, Unpacked

HEAD_LIMIT: Final = 1 << 16  # bytes of one WARC head
BLOCK_LIMIT: Final = 32_000_000  # bytes of one block as it is stored, HTTP head included
_BLANK: Final = b"\r\n\r\n"
_BEGINNING: Final = re.compile(rb"(?=WARC/[01]\.\d{1,2}\r?\n[A-Za-z-]{1,40}:)")  # garbage before it need not end its line
_BEGINNING_LIMIT: Final = 64  # bytes
_LINE_ENDS: Final = b"\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcHead:
    """The named fields of a WARC head, names in lower case."""

    fields: Mapping[str, str]

    @property
    def kind(self) -> str:
        """WARC-Type: response, request, warcinfo and others."""
        return self.fields.get("warc-type", "").lower()

    @property
    def url(self) -> str:
        """WARC-Target-URI, without the angle brackets that some writers put around it."""
        return self.fields.get("warc-target-uri", "").strip("<>")

    @property
    def length(self) -> int | None:
        """Content-Length; None where it is missing or no number."""
        text = self.fields.get("content-length", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    @property
    def at(self) -> datetime | None:
        """WARC-Date; None where it is missing or no date."""
        try:
            found = datetime.fromisoformat(self.fields.get("warc-date", ""))
        except ValueError:
            return None
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response: its head, and the block as it is stored."""

    head: WarcHead
    block: bytes
    where: str


Refusal = Callable[[WarcHead], str | None]  # the reason not to read a block at all, None to read it


def read_warc(source: Readable, name: str, *, refuse: Refusal, cursor: Cursor | None = None) -> Iterator[Response | Missed]:
    """Yield what a WARC file gives, in its order, holding one block at a time. `source` begins at the cursor, which is moved on.

    Blocks that are no responses are passed over in silence; responses that `refuse` names a reason for are `Missed` with it.
    A source that cannot be read raises what it raises.
    """
    stream = Unpacked(source)
    cursor = cursor or Cursor()
    began = cursor.offset
    while True:
        follows = _to_beginning(stream)
        if stream.pass_seams():  # a member that gave nothing at all
            yield Missed(where=f"{name} at {stream.at}", reason="damaged" if follows else "torn")
        if not follows:
            cursor.offset = began + stream.taken
            return
        found = _one(stream, name, refuse)
        cursor.offset = began + stream.in_file
        if found is not None:
            yield found
        if isinstance(found, Missed) and found.reason in _LOST and not _find_next(stream):
            return


_LOST: Final = frozenset({"torn", "damaged", "wrong-length", "no-warc-head"})  # after these, nobody knows where the next one begins


def _to_beginning(stream: Unpacked) -> bool:
    """Pass over empty lines; whether anything follows."""
    while stream.need(1):
        blank = len(stream.window) - len(stream.window.lstrip(_LINE_ENDS))
        if not blank:
            return True
        stream.drop(blank)
    return False


def _one(stream: Unpacked, name: str, refuse: Refusal) -> Response | Missed | None:
    where = f"{name} at {stream.at}"
    start = stream.at
    head = _head(stream)
    if head is None:
        return Missed(where=where, reason=_blame(stream, start, "no-warc-head"))
    length = head.length
    if length is None:
        return Missed(where=where, reason="wrong-length", detail=f"Content-Length {head.fields.get('content-length', 'missing')[:40]!r}")
    reason = refuse(head) if head.kind == "response" else ""
    if reason is None and length > BLOCK_LIMIT:
        reason = "too-large"
    block = _block(stream, length, kept=reason is None)
    if isinstance(block, str):
        return Missed(where=where, reason=block, detail=head.url[:200])
    if reason is None:
        return Response(head=head, block=block, where=where)
    return Missed(where=where, reason=reason, detail=head.url[:200]) if reason else None


def _head(stream: Unpacked) -> WarcHead | None:
    """Take the WARC head that the window begins with; None where it begins with none."""
    size = 512
    while (end := stream.window.find(_BLANK, 0, HEAD_LIMIT)) < 0:
        if len(stream.window) >= HEAD_LIMIT or not stream.need(size := min(size * 4, HEAD_LIMIT)):
            end = stream.window.find(_BLANK, 0, HEAD_LIMIT)
            break
    if end < 0 or not stream.window.startswith(b"WARC/") or stream.seam(stream.at + 1, stream.at + end):
        return None
    lines = stream.take(end + len(_BLANK))[: -len(_BLANK)].decode("utf-8", "replace").split("\r\n")[1:]
    fields: dict[str, str] = {}
    for line in lines:
        field, _, value = line.partition(":")
        fields.setdefault(field.strip().lower(), value.strip())
    return WarcHead(fields=fields)


def _block(stream: Unpacked, length: int, *, kept: bool) -> bytes | str:
    """Take a block, or pass over it; what is wrong with it as a word. The stream is behind it only where it was sound."""
    start = stream.at
    held = length <= BLOCK_LIMIT and (kept or not stream.is_packed)
    if held:
        whole = stream.need(length)
        inside = stream.seam(start, start + length - 1)
        if not whole or inside:
            return _blame(stream, start, "wrong-length" if inside else "torn")
    elif _pass_over(stream, length) < length:
        return _blame(stream, start, "wrong-length" if stream.need(1) else "torn")
    stream.need((length if held else 0) + 16)
    if not _ends_well(stream, length if held else 0):
        return _blame(stream, start, "wrong-length")
    return stream.take(length) if held else b""


def _pass_over(stream: Unpacked, length: int) -> int:
    """Pass over a block, stopping at a seam within it; return how many bytes were passed."""
    passed = 0
    while passed < length and stream.need(1):
        step = min(length - passed, len(stream.window))
        seam = stream.seam(stream.at, stream.at + step - 1)
        if seam is not None and (passed or seam.at > stream.at):
            return passed
        passed += stream.skip(step)
    return passed


def _ends_well(stream: Unpacked, length: int) -> bool:
    """Whether what follows a block is what may follow one: two line ends, whatever comes behind them, a seam or the end.

    Some writers leave the line ends off where a gzip member ends. Garbage behind a sound page is not that page's fault.
    """
    tail = bytes(stream.window[length : length + len(_BLANK)])
    end = stream.at + length
    seam = stream.seam(end, end + len(_BLANK))
    if seam is not None:
        return not seam.damaged and _BLANK.startswith(tail[: seam.at - end])
    return _BLANK.startswith(tail)


def _blame(stream: Unpacked, start: int, otherwise: str) -> str:
    """Return what a stretch is called that is not sound: damaged where gzip says so, torn where the file ends in it."""
    seam = stream.seam(start, stream.at + len(stream.window))
    if seam is None or not seam.damaged:
        return otherwise
    is_last = seam.at == stream.at + len(stream.window) and not stream.need(len(stream.window) + 1)
    return "torn" if is_last else "damaged"


def _find_next(stream: Unpacked) -> bool:
    """Go to where the next head may begin; whether there is such a place."""
    if stream.is_packed:
        return stream.to_next_member()
    while True:
        stream.need(1 << 18)
        found = _BEGINNING.search(stream.window, 1)  # the one we stand at was no good
        if found:
            stream.drop(found.end())
            return True
        kept = _BEGINNING_LIMIT
        if len(stream.window) <= kept or not stream.need(len(stream.window) + 1):
            return False
        stream.drop(len(stream.window) - kept)
