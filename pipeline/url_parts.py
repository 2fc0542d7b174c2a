"""What a URL is made of once the wrapping is off: tidied text, checked parts, an ASCII host, normal escapes. Pure."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import idna

_MAX_HOST: Final = 253
_MAX_PORT: Final = 65535

_INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ENDS: Final = "\ufeff\u200b\u200e\u200f\u2060"
_HEAD: Final = re.compile(rf"(?:<!\[CDATA\[|[\s{_ENDS}])*")
_TAIL_REVERSED: Final = re.compile(rf"(?:>\]\]|[\s{_ENDS}])*")
_ESCAPED_AMPERSAND: Final = re.compile(r"&(?:amp;|#0*38;)+", re.IGNORECASE)
_TO_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]{2}|%|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]+")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9\-._~]")
_HOST_NAME: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


def tidied(url: str) -> str:
    """Take off what feeds wrap around addresses: CDATA marks, white space, control characters, escaped ampersands."""
    text = _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", url))
    address, mark, fragment = plain_ampersands(_unwrapped(text)).partition("#")
    return address.rstrip() + mark + fragment


def _unwrapped(text: str) -> str:
    start = len(_HEAD.match(text)[0])  # type: ignore[index]  # matches the empty text too
    tail = len(_TAIL_REVERSED.match(text[::-1])[0])  # type: ignore[index]  # backwards: `…+$` would be quadratic
    return text[start : max(start, len(text) - tail)]


def plain_ampersands(text: str) -> str:
    """Turn `&amp;`, however often it was escaped, back into `&`."""
    return _ESCAPED_AMPERSAND.sub("&", text)


def parsed(text: str) -> SplitResult | None:
    """Split an absolute http(s) URL whose host and port can be used; None for everything else."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and "\\" not in parts.netloc and ascii_host(parts) and (parts.port or 0) <= _MAX_PORT
    except ValueError:
        return None
    return parts if usable else None


def ascii_host(parts: SplitResult) -> str:
    """Return the host in lower-case ASCII, IPv6 in brackets, without a final dot; '' where it cannot be a host."""
    name = parts.hostname or ""
    if ":" in name:
        try:
            return f"[{ipaddress.IPv6Address(name).compressed}]" if "%" not in name else ""
        except ValueError:
            return ""
    name = unquote(name).lower()
    if not name.isascii():
        name = _a_labels(name)
    name = name.removesuffix(".")
    return name if len(name) <= _MAX_HOST and _HOST_NAME.fullmatch(name) else ""


def _a_labels(name: str) -> str:
    """Return the A-label form; labels that no standard allows (emoji) get the form browsers give them."""
    if len(name) > _MAX_HOST:
        return ""
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except UnicodeError:
        plain = unicodedata.normalize("NFKC", name).replace("\u3002", ".").lower()
        labels = [label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in plain.split(".")]
        return ".".join(labels).lower()


def escaped(text: str) -> str:
    """Percent-escape what RFC 3986 does not allow, upper-case the escapes and decode those of unreserved characters."""
    return _TO_ESCAPE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    if found == "%":
        return "%25"
    if found[0] == "%":
        character = chr(int(found[1:], 16))
        return character if _UNRESERVED.fullmatch(character) else found.upper()
    return "".join(f"%{byte:02X}" for byte in found.encode())
