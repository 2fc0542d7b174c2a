"""Column types: how Wireroom's values lie in a database, the same in SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import DateTime, Dialect, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator

from pipeline.coverage import Way, Ways
from pipeline.state.wire import from_json, storable, to_json

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class Blob(LargeBinary):
    """Bytes, handed to and taken from the driver as they are: what SQLAlchemy wraps around each takes longer than to write it."""

    def bind_processor(self, dialect: Dialect) -> None:
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        return None


class Hex(TypeDecorator[str]):
    """Hex digits kept as bytes: 100,000 rows with two ids took 10 MB instead of 17, and a third less time to write."""

    impl = Blob
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else bytes(value).hex()


class UtcTime(TypeDecorator[datetime]):
    """Aware times in, aware UTC times out. A naive time is refused: nobody could say when it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the time {value.isoformat()} names no zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Prose(TypeDecorator[str]):
    """Text out of the wild. What no database takes (NUL, half surrogates) is replaced; the rest is kept as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class OneOf(TypeDecorator[E], Generic[E]):
    """A word out of a closed set."""

    impl = String(16)
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.words(value)


class Packed(TypeDecorator[T], Generic[T]):
    """A whole value as JSON, checked against its type when read."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:
        return None if value is None else to_json(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:
        return None if value is None else from_json(value, self.kind)


BITS: Final = {Way.FEED: 1, Way.SITEMAP: 2, Way.PUSH: 4, Way.IMPORT: 8}  # of `entries.ways`; never to be numbered anew


def ways_of(bits: int) -> Ways:
    """Return the ways that a number of `entries.ways` stands for."""
    return frozenset(way for way, bit in BITS.items() if bits & bit)
