"""Is every component fit for work? Each check says what was found and, where something is wrong, the remedy."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata, util
from pathlib import Path
from typing import Final

from pipeline.errors import WireroomError
from pipeline.settings import origins, unknown_names
from pipeline.sources.registry import read_feed_file
from pipeline.subscriptions import PushStanding, standing
from pipeline.wiring import Rooms, check_home

LOW_DISK_BYTES = 2_000_000_000
WAITS_LONG = timedelta(minutes=10)  # a delivery that nobody has taken in, though polls and the sweep would
CONNECT_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found. `remedy` is empty where all is well, and only there."""

    component: str
    well: bool
    found: str
    remedy: str = ""


class _UnwellError(Exception):
    """A check found something wrong; carries what, and the remedy."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.found, self.remedy = found, remedy


# ── the checks ────────────────────────────────────────────────────────────────────────────────────────────────────


def _python(_rooms: Rooms) -> str:
    return f"Python {'.'.join(map(str, sys.version_info[:3]))}"


def _settings(_rooms: Rooms) -> str:
    unknown = unknown_names()
    if unknown:
        raise _UnwellError(f"no such setting: {', '.join(unknown)}", "correct the name (docs/settings.md has them all), or unset it")
    own = [name for name, place in origins().items() if place != "default"]
    return f"{len(own)} set, the others as they come; `wireroom config` shows them"


def _home(rooms: Rooms) -> str:
    check_home(rooms.settings)
    home = rooms.settings.home
    free = shutil.disk_usage(home).free
    if free < LOW_DISK_BYTES:
        raise _UnwellError(f"{free / 1e9:.1f} GB free below {home}", "free some space, or move WIREROOM_HOME to a larger disk")
    return f"{free / 1e9:.0f} GB free below {home}"


def _vectors(rooms: Rooms) -> str:
    from pipeline.enrich.vectors import look_at, told

    folder = rooms.settings.vector_model
    if folder is not None and (trouble := look_at(folder).trouble):
        raise _UnwellError(f"articles get no vectors: {trouble}", "mend that, or unset WIREROOM_VECTOR_MODEL")
    return f"by {told(folder)}"


def _feeds(rooms: Rooms) -> str:
    path = rooms.settings.feed_file
    if not path.exists():
        raise _UnwellError(f"{path} is not there", f"copy seeds/feeds.toml to {path}, or add feeds: wireroom feeds add URL")
    count = len(read_feed_file(path))
    return f"{count} {'feed' if count == 1 else 'feeds'} in {path}"


def _newsroom(rooms: Rooms) -> str:
    address = rooms.settings.local_newsroom
    if address is None:
        return "feeds and pages are fetched from their publishers"
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS).close()
    except OSError as error:
        raise _UnwellError(
            f"all names lead to {address}, and nobody answers there ({error.strerror or error})",
            "start `wireroom up` or `wireroom demo serve`; to follow real feeds, unset WIREROOM_LOCAL_NEWSROOM "
            f"({origins()['local_newsroom']})",
        ) from error
    return f"all names lead to {address}, the demo or a folder of pages"


def _state(rooms: Rooms) -> str:
    return f"{sum(rooms.state.ledger.counts().values())} entries of {len(rooms.state.feeds.all())} feeds in the ledger"


def _archive(rooms: Rooms) -> str:
    folder = Path(rooms.settings.archive_url)
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _UnwellError(f"{folder} cannot be written to", "make it writable, or set WIREROOM_ARCHIVE_URL to a folder that is")
    return f"pages are kept in {folder}"


def _cleaner(rooms: Rooms) -> str:
    return rooms.cleaner.name


def _enrichers(rooms: Rooms) -> str:
    return ", ".join(f"{enricher.name}/{enricher.version}" for enricher in rooms.enrichers)


def _index(rooms: Rooms) -> str:
    return f"{rooms.index.count()} articles searchable"


def _push(rooms: Rooms) -> str:
    if rooms.settings.callback_url is None:
        return "off: WIREROOM_CALLBACK_URL is not set, feeds are polled"
    now, waiting = rooms.clock(), rooms.state.pushes.waiting(limit=1)
    if waiting and now - waiting[0].received_at > WAITS_LONG:
        raise _UnwellError(
            f"a delivery for {waiting[0].feed_id} waits since {waiting[0].received_at:%Y-%m-%d %H:%M} UTC",
            "start Airflow's scheduler and triggerer (dispatch_pushes takes it in), or run `wireroom push dispatch`",
        )
    known = rooms.state.pushes.subscriptions()
    counts = Counter(found for one in known if (found := standing(one, now)))
    told = ", ".join(f"{counts[one]} {one}" for one in PushStanding if counts[one]) or "no feed names a hub"
    tried = any(one.failures > 1 or standing(one, now) is PushStanding.DENIED for one in known)
    if tried and not counts.keys() & {PushStanding.PROVEN, PushStanding.ACTIVE, PushStanding.BROKEN}:
        raise _UnwellError(told, "let hubs reach WIREROOM_CALLBACK_URL (docs/operations.md); `wireroom push list` has their reasons")
    return told


def _airflow(_rooms: Rooms) -> str:
    if util.find_spec("airflow") is None:
        raise _UnwellError("Airflow is not installed here", "run scripts/setup; without Airflow, `wireroom run` does the same work")
    return f"Airflow {metadata.version('apache-airflow')}"


def _contact(rooms: Rooms) -> str:
    if "wireroom.invalid" in rooms.settings.contact and rooms.settings.local_newsroom is None:
        raise _UnwellError("publishers cannot reach you", "set WIREROOM_CONTACT to a page or address that says who crawls, and why")
    return rooms.settings.user_agent


_SETUP: Final = "run scripts/setup again; where that does not help, please report it"

# component → (its check, the remedy for a fault that brings none of its own)
CHECKS: Final[dict[str, tuple[Callable[[Rooms], str], str]]] = {
    "python": (_python, _SETUP),
    "settings": (_settings, "mend the file that is named"),
    "home": (_home, "make the folder writable, or set WIREROOM_HOME to one that is"),
    "feeds": (_feeds, "mend what is named in the feed file; `wireroom feeds list` reads it again"),
    "newsroom": (_newsroom, "unset WIREROOM_LOCAL_NEWSROOM"),
    "state": (_state, "make the database of WIREROOM_STATE_URL reachable and writable"),
    "archive": (_archive, "set WIREROOM_ARCHIVE_URL to a folder that can be written to"),
    "cleaner": (_cleaner, _SETUP),
    "enrichers": (_enrichers, _SETUP),
    "vectors": (_vectors, _SETUP),
    "index": (_index, "make WIREROOM_INDEX_URL reachable and writable"),
    "push": (_push, "make the database of WIREROOM_STATE_URL reachable and writable"),
    "airflow": (_airflow, _SETUP),
    "contact": (_contact, _SETUP),
}


def examine(rooms: Rooms) -> Iterator[Finding]:
    """Run every check, in the data's order; none stops another."""
    for component, (check, remedy) in CHECKS.items():
        try:
            yield Finding(component=component, well=True, found=check(rooms))
        except _UnwellError as unwell:
            yield Finding(component=component, well=False, found=unwell.found, remedy=unwell.remedy)
        except (WireroomError, OSError) as error:
            yield Finding(component=component, well=False, found=str(error), remedy=remedy)
        except Exception as error:  # a doctor reports what ails, whatever it is
            yield Finding(component=component, well=False, found=f"{type(error).__name__}: {error}", remedy=_SETUP)
