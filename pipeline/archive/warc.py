"""A fetched page as a WARC 1.1 response, and back to the identical page. Pure: bytes in, bytes out.

Everything a WARC tool wants stands where the standard puts it. What the standard has no place for (the address as asked
for, redirects, seconds, and headers that no HTTP head can carry) is JSON in one field, `WARC-X-Wireroom-Page`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from pipeline.archive.http_head import parse_head, render_head
from pipeline.types import Digest, FetchedPage, Hop

KIND = "WARC-X-Wireroom-Kind"
EXTRAS = "WARC-X-Wireroom-Page"
_END = b"\r\n\r\n"
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A WARC response in the pieces it is written in: its own head, the HTTP head, the body."""

    head: bytes
    http_head: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The fields of a WARC head, names in lower case, and where the block begins."""

    fields: Mapping[str, str]
    length: int

    @property
    def kind(self) -> str | None:
        """What the page was added as; None for whatever Wireroom did not add as a page."""
        return unquote(self.fields.get(KIND.lower(), "")) or None

    @property
    def at(self) -> datetime:
        """WARC-Date. Raises ValueError where it is none."""
        return datetime.fromisoformat(self.fields.get("warc-date", "")).astimezone(UTC)


def pack(page: FetchedPage, *, kind: str, response_id: str, warcinfo_id: str) -> Parts:
    """Return the response of a page; ids are URNs.

    Raises:
        ValueError: the page's digest is not its body's, or its time has no zone.
    """
    payload_digest = hashlib.sha256(page.body)
    if payload_digest.hexdigest() != page.digest:
        raise ValueError(f"digest {page.digest} is not the body's, {payload_digest.hexdigest()}")
    http_head = render_head(page.status, page.headers, len(page.body))
    block_digest = hashlib.sha256(http_head)
    block_digest.update(page.body)
    target = quote(page.final_url, safe=_PRINTABLE)
    lines = [
        "WARC/1.1",
        "WARC-Type: response",
        f"WARC-Record-ID: <{response_id}>",
        f"WARC-Warcinfo-ID: <{warcinfo_id}>",
        f"WARC-Target-URI: {target}",
        f"WARC-Date: {_date(page.fetched_at)}",
        f"WARC-Payload-Digest: {_labelled(payload_digest.digest())}",
        f"WARC-Block-Digest: {_labelled(block_digest.digest())}",
        f"{KIND}: {quote(kind)}",
        f"{EXTRAS}: {_extras(page, target, http_head)}",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(http_head) + len(page.body)}",
    ]
    return Parts(head="\r\n".join(lines).encode("ascii") + _END, http_head=http_head, body=page.body)


def pack_warcinfo(*, file: str, warcinfo_id: str, at: datetime, software: str) -> bytes:
    """Return what stands first in each file: who wrote it and how to read it."""
    block = (
        f"software: {software}\r\n"
        "format: WARC File Format 1.1\r\n"
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
        "description: bodies are stored decompressed; the headers they came with begin with X-Archive-Orig-\r\n"
    ).encode()
    lines = [
        "WARC/1.1",
        "WARC-Type: warcinfo",
        f"WARC-Record-ID: <{warcinfo_id}>",
        f"WARC-Date: {_date(at)}",
        f"WARC-Filename: {file}",
        f"WARC-Block-Digest: {_labelled(hashlib.sha256(block).digest())}",
        "Content-Type: application/warc-fields",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(lines).encode("ascii") + _END + block + _END


def read_head(raw: bytes) -> Head:
    """Return the WARC head that these bytes begin with.

    Raises:
        ValueError: they begin with none, or announce another length than they have.
    """
    end = raw.find(_END)
    if end < 0 or not raw.startswith(b"WARC/1."):
        raise ValueError("no WARC head")
    lines = raw[:end].decode("utf-8", "surrogateescape").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines)
    head = Head(fields={name.strip().lower(): value.strip() for name, _, value in pairs}, length=end + len(_END))
    announced = int(head.fields.get("content-length", ""))
    if len(raw) - head.length - len(_END) != announced:
        raise ValueError(f"{len(raw) - head.length - len(_END)} bytes where {announced} were announced")
    return head


def unpack(head: Head, raw: bytes) -> FetchedPage:
    """Return the page of a response, its body checked against the payload digest.

    Raises:
        ValueError: it is no page of ours, or damaged.
    """
    middle = raw.find(_END, head.length) + len(_END)
    if middle < head.length + len(_END):
        raise ValueError("no end of the HTTP head")
    status, headers = parse_head(raw[head.length : middle])
    body = raw[middle : -len(_END)]
    digest = hashlib.sha256(body)
    if _labelled(digest.digest()) != head.fields.get("warc-payload-digest"):
        raise ValueError("the body does not match its digest")
    extras = json.loads(head.fields[EXTRAS.lower()])
    final_url = extras.get("final_url", head.fields["warc-target-uri"])
    return FetchedPage(
        url=extras.get("url", final_url),
        final_url=final_url,
        status=status,
        headers=tuple((name, value) for name, value in extras.get("headers", headers)),
        body=body,
        digest=Digest(digest.hexdigest()),
        fetched_at=head.at,
        seconds=extras["seconds"],
        hops=tuple(Hop(url=url, status=hop_status) for url, hop_status in extras.get("hops", ())),
        ai_allowed=extras.get("ai_allowed"),
        tdm_reserved=extras.get("tdm_reserved"),
    )


def _extras(page: FetchedPage, target: str, http_head: bytes) -> str:
    """Return as JSON, in ASCII on one line, what the rest of the response does not say."""
    extras: dict[str, object] = {"seconds": page.seconds}
    if page.url != page.final_url:
        extras["url"] = page.url
    if target != page.final_url:
        extras["final_url"] = page.final_url
    if page.hops:
        extras["hops"] = [(hop.url, hop.status) for hop in page.hops]
    if page.ai_allowed is not None:
        extras["ai_allowed"] = page.ai_allowed
    if page.tdm_reserved is not None:
        extras["tdm_reserved"] = page.tdm_reserved
    if parse_head(http_head)[1] != page.headers:
        extras["headers"] = page.headers
    return json.dumps(extras, separators=(",", ":"))


def _date(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at}")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _labelled(digest: bytes) -> str:
    """Return a SHA-256 as WARC tools write it: base32, not hex."""
    return "sha256:" + base64.b32encode(digest).decode("ascii")
