"""The politeness budget of each registered domain, and the robots.txt of each origin."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from pipeline.errors import HostBusyError
from pipeline.ledger import HostTemper, pace_by
from pipeline.state.engine import Database, overwrite, upsert
from pipeline.state.schema import hosts, robots

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TEMPER: Final = tuple(field.name for field in fields(HostTemper))

# Made once: every request to a host asks both, and to make them takes longer than to run them.
_ROW: Final = select(hosts).where(hosts.c.domain == bindparam("of")).with_for_update()
_TAKE: Final = update(hosts).where(hosts.c.domain == bindparam("of")).values(last_slot_at=bindparam("slot"), free_at=bindparam("free"))


class SqlHosts:
    """`ports.HostStore` on a database: whoever shares it shares the budget."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, domain: str, now: datetime, *, delay_seconds: float, patience_seconds: float) -> datetime:
        with self._database.writing() as connection:
            row = _locked(connection, domain)
            delay = timedelta(seconds=max(delay_seconds, _pace(row, now)))
            # The last slot counts with our delay too: it may have been taken by somebody with a shorter one.
            spaced = row.last_slot_at + delay if row.last_slot_at else _NEVER
            slot = max(now, spaced, row.free_at or _NEVER, row.paused_until or _NEVER)
            if (slot - now).total_seconds() > patience_seconds:
                raise HostBusyError(_why_busy(domain, slot, row), until=slot)
            connection.execute(_TAKE, {"of": domain, "slot": slot, "free": slot + delay})
        return slot

    def pause(self, domain: str, until: datetime, reason: str) -> None:
        with self._database.writing() as connection:
            row = _locked(connection, domain)
            if row.paused_until is None or row.paused_until < until:  # the longer pause stands
                values = {"paused_until": until, "pause_reason": reason}
                connection.execute(update(hosts).where(hosts.c.domain == domain).values(values))

    def temper(self, domain: str) -> HostTemper:
        with self._database.reading() as connection:
            row = connection.execute(select(hosts).where(hosts.c.domain == domain)).one_or_none()
        return HostTemper() if row is None else _temper(row)

    def save_temper(self, domain: str, temper: HostTemper) -> None:
        with self._database.writing() as connection:
            overwrite(connection, hosts, {"domain": domain} | asdict(temper))

    def robots(self, origin: str) -> tuple[datetime, int, bytes] | None:
        with self._database.reading() as connection:
            row = connection.execute(select(robots).where(robots.c.origin == origin)).one_or_none()
        return None if row is None else (row.fetched_at, row.status, bytes(row.body))

    def save_robots(self, origin: str, now: datetime, status: int, body: bytes) -> None:
        with self._database.writing() as connection:
            overwrite(connection, robots, {"origin": origin, "fetched_at": now, "status": status, "body": body})


def _temper(row: Any) -> HostTemper:
    return HostTemper(**{name: getattr(row, name) for name in _TEMPER})


def _pace(row: Any, now: datetime) -> float:
    """Return the spacing in seconds that the host's temper asks for by now."""
    return pace_by(_temper(row), now) if row.pace_seconds else 0.0


def _locked(connection: Connection, domain: str) -> Any:
    """Return the domain's row, made where it is missing, and keep everybody else from it until the transaction ends."""
    row = connection.execute(_ROW, {"of": domain}).one_or_none()
    if row is None:
        connection.execute(upsert(connection, hosts).values(domain=domain).on_conflict_do_nothing())
        row = connection.execute(_ROW, {"of": domain}).one()
    return row


def _why_busy(domain: str, slot: datetime, row: Any) -> str:
    if row.paused_until is not None and row.paused_until >= slot:
        return f"{domain}: paused until {slot:%Y-%m-%d %H:%M:%S} UTC ({row.pause_reason})"
    return f"{domain}: the next free slot is at {slot:%Y-%m-%d %H:%M:%S} UTC"
