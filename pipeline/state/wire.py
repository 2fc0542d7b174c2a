"""Frozen values to JSON and back, strictly: what was not written by us is refused, what we were given is always written."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import msgspec


def storable(text: str) -> str:
    """Return the text with what UTF-8 or PostgreSQL cannot hold (half surrogates, NUL) replaced by U+FFFD."""
    if text.isascii():
        return text.replace("\0", "\ufffd") if "\0" in text else text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def to_json(value: Any) -> bytes:
    """Return the value as one line of JSON in UTF-8."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # half a surrogate pair out of somebody's JSON
        return msgspec.json.encode(_scrubbed(msgspec.to_builtins(value, builtin_types=(datetime,))))


def from_json(line: bytes | str, kind: Any) -> Any:
    """Return the value of that type.

    Raises:
        msgspec.DecodeError: the line is no JSON, lacks a field, has one of another type, or a time without zone.
    """
    value = _decoder(kind).decode(line)
    _refuse_naive(value)
    return value


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {key: _scrubbed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(inner) for inner in value]
    return value


def _refuse_naive(value: Any) -> None:
    """Times without zone pass msgspec; here they do not. Looks at the fields of the value and of those right inside it."""
    for name in getattr(value, "__dataclass_fields__", ()):
        inner = getattr(value, name)
        if isinstance(inner, datetime):
            if inner.tzinfo is None:
                raise msgspec.ValidationError(f"`$.{name}`: a time without zone")
        elif hasattr(inner, "__dataclass_fields__"):
            _refuse_naive(inner)
