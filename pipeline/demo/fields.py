"""Typed reading of TOML tables: every complaint names the file, the key, the value and what is allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import ConfigurationError

REQUIRED = object()


class Fields:
    """One TOML table. Each key is read once by its type; `close` refuses what nobody read."""

    def __init__(self, table: Mapping[str, object], *, file: Path, prefix: str = "") -> None:
        self._table = dict(table)
        self._file = file
        self._prefix = prefix

    def wrong(self, key: str, value: object, allowed: str) -> ConfigurationError:
        """Return the error for `key` of this table, to be raised."""
        return ConfigurationError.of(f"{self._file}: {self._prefix}{key}", value, allowed)

    def _take(self, key: str, default: object, allowed: str) -> object:
        value = self._table.pop(key, default)
        if value is REQUIRED:
            raise self.wrong(key, None, f"{allowed}; the key is missing")
        return value

    def text(self, key: str, default: object = REQUIRED) -> str:
        """Return a text that is not empty, or the default."""
        value = self._take(key, default, "a text")
        if isinstance(value, str) and (value.strip() or value == default):
            return value.strip()
        raise self.wrong(key, value, "a text that is not empty")

    def optional_text(self, key: str) -> str | None:
        """Return a text, or None where the key is missing or the text empty."""
        value = self._take(key, None, "a text")
        if value is None:
            return None
        if isinstance(value, str):
            return value.strip() or None
        raise self.wrong(key, value, "a text")

    def choice(self, key: str, allowed: Collection[str], default: object = REQUIRED) -> str:
        """Return one of the allowed words."""
        value = self._take(key, default, ", ".join(allowed))
        if isinstance(value, str) and value in allowed:
            return value
        raise self.wrong(key, value, ", ".join(allowed))

    def texts(self, key: str, default: object = ()) -> tuple[str, ...]:
        """Return a list of texts, none of them empty."""
        value = self._take(key, default, "a list of texts")
        if isinstance(value, list | tuple) and all(isinstance(text, str) and text.strip() for text in value):
            return tuple(text.strip() for text in value)
        raise self.wrong(key, value, "a list of texts that are not empty")

    def number(self, key: str, default: object = REQUIRED) -> int:
        """Return a whole number of at least 0."""
        value = self._take(key, default, "a whole number")
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise self.wrong(key, value, "a whole number of at least 0")

    def flag(self, key: str, default: object = REQUIRED) -> bool:
        """Return true or false."""
        value = self._take(key, default, "true or false")
        if isinstance(value, bool):
            return value
        raise self.wrong(key, value, "true or false")

    def optional_time(self, key: str) -> datetime | None:
        """Return a time in UTC, or None where the key is missing. A time without an offset is refused."""
        value = self._take(key, None, "a time with an offset")
        if value is None:
            return None
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
        raise self.wrong(key, value, "a time with an offset, unquoted, such as 2026-11-18T07:42:00+01:00")

    def time(self, key: str) -> datetime:
        """Return a time in UTC."""
        value = self.optional_time(key)
        if value is None:
            raise self.wrong(key, None, "a time with an offset; the key is missing")
        return value

    def tables(self, key: str) -> tuple[Fields, ...]:
        """Return the tables of a `[[key]]`, none where it is missing."""
        value = self._take(key, [], f"[[{key}]] tables")
        if isinstance(value, list) and all(isinstance(table, dict) for table in value):
            return tuple(Fields(table, file=self._file, prefix=f"{self._prefix}{key}[{place}].") for place, table in enumerate(value))
        raise self.wrong(key, value, f"[[{key}]] tables")

    def table(self, key: str) -> Fields:
        """Return the table of a `[key]`, an empty one where it is missing."""
        value = self._take(key, {}, f"a [{key}] table")
        if isinstance(value, dict):
            return Fields(value, file=self._file, prefix=f"{self._prefix}{key}.")
        raise self.wrong(key, value, f"a [{key}] table")

    def close(self) -> None:
        """Refuse the first key that was not read: it is misspelt or in the wrong table."""
        for key, value in self._table.items():
            raise self.wrong(key, value, "no such key here; it may be misspelt")


def read_toml(file: Path) -> Fields:
    """Return a TOML file's root table. Raises `ConfigurationError` with the file's name where it cannot be read."""
    try:
        return Fields(tomllib.loads(file.read_text(encoding="utf-8")), file=file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{file}: not a readable TOML file: {error}") from error
