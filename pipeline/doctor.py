"""Is every component fit for work? Each check says what was found and, where something is wrong, the remedy."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata, util

from pipeline.errors import WireroomError
from pipeline.sources.registry import read_feed_file
from pipeline.wiring import Rooms

LOW_DISK_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found. `remedy` is empty where all is well."""

    component: str
    well: bool
    found: str
    remedy: str = ""


class _UnwellError(Exception):
    """A check found something wrong; carries what, and the remedy."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.found, self.remedy = found, remedy


def _python(_rooms: Rooms) -> str:
    return f"Python {'.'.join(map(str, sys.version_info[:3]))}"


def _disk(rooms: Rooms) -> str:
    rooms.settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(rooms.settings.home).free
    if free < LOW_DISK_BYTES:
        raise _UnwellError(
            f"{free / 1e9:.1f} GB free below {rooms.settings.home}", "free some space, or move WIREROOM_HOME to a larger disk"
        )
    return f"{free / 1e9:.0f} GB free below {rooms.settings.home}"


def _feeds(rooms: Rooms) -> str:
    path = rooms.settings.feed_file
    if not path.exists():
        raise _UnwellError(f"{path} is not there", f"copy seeds/feeds.toml to {path}, or add feeds: wireroom feeds add URL")
    return f"{len(read_feed_file(path))} feeds in {path}"


def _state(rooms: Rooms) -> str:
    return f"{sum(rooms.state.ledger.counts().values())} entries of {len(rooms.state.feeds.all())} feeds in the ledger"


def _archive(rooms: Rooms) -> str:
    rooms.archive.close()
    rooms.__dict__.pop("archive", None)
    return f"archive at {rooms.settings.archive_url}"


def _index(rooms: Rooms) -> str:
    return f"{rooms.index.count()} articles searchable in {rooms.settings.index_url}"


def _enrichers(rooms: Rooms) -> str:
    return ", ".join(f"{enricher.name}/{enricher.version}" for enricher in rooms.enrichers)


def _airflow(_rooms: Rooms) -> str:
    if util.find_spec("airflow") is None:
        raise _UnwellError("Airflow is not installed here", "run scripts/setup; without Airflow, `wireroom run` does the same work")
    return f"Airflow {metadata.version('apache-airflow')}"


def _contact(rooms: Rooms) -> str:
    if "wireroom.invalid" in rooms.settings.contact and rooms.settings.local_newsroom is None:
        raise _UnwellError("publishers cannot reach you", "set WIREROOM_CONTACT to a page or address that says who crawls, and why")
    return rooms.settings.user_agent


CHECKS: dict[str, Callable[[Rooms], str]] = {
    "python": _python,
    "disk": _disk,
    "feeds": _feeds,
    "state": _state,
    "archive": _archive,
    "index": _index,
    "enrichers": _enrichers,
    "airflow": _airflow,
    "contact": _contact,
}


def examine(rooms: Rooms) -> Iterator[Finding]:
    """Run every check, in the data's order; none stops another."""
    for component, check in CHECKS.items():
        try:
            yield Finding(component=component, well=True, found=check(rooms))
        except _UnwellError as unwell:
            yield Finding(component=component, well=False, found=unwell.found, remedy=unwell.remedy)
        except WireroomError as error:
            yield Finding(component=component, well=False, found=str(error), remedy="see the message; docs/operations.md has more")
        except Exception as error:  # a doctor reports what ails, whatever it is
            yield Finding(component=component, well=False, found=f"{type(error).__name__}: {error}", remedy="run scripts/setup again")
