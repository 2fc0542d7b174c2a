"""Every decision about every URL, for `explain`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from pipeline.ledger import Decision
from pipeline.state.articles import resolved
from pipeline.state.endings import LONGEST_REASON
from pipeline.state.engine import Database, portions, upsert
from pipeline.state.schema import aliases, decisions
from pipeline.types import UrlKey
from pipeline.urls import article_id as key_id

_COLUMNS: Final = tuple(decisions.c[field.name] for field in fields(Decision))


class SqlDecisions:
    """`ports.DecisionLog` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, decisions: Sequence[Decision]) -> None:
        with self._database.writing() as connection:
            write_decisions(connection, decisions)

    def about(self, key: UrlKey, *, limit: int = 500) -> tuple[Decision, ...]:
        own = key_id(key)  # also the id of its article, as long as nothing says that it belongs to another one
        with self._database.reading() as connection:
            article_id = resolved(connection, (key,)).get(key, own)
            twins = select(aliases.c.key_id).where(aliases.c.article_id == article_id)
            wanted = or_(decisions.c.key_id == own, decisions.c.key_id.in_(twins), decisions.c.article_id == article_id)
            latest = select(*_COLUMNS).where(wanted).order_by(decisions.c.at.desc(), decisions.c.decision_id.desc()).limit(limit)
            found = [Decision(**row._mapping) for row in connection.execute(latest)]
        return tuple(reversed(found))


def write_decisions(connection: Connection, made: Sequence[Decision]) -> None:
    """Append decisions inside a transaction; of a decision that is the same again the first stays."""
    for some in portions(made):
        connection.execute(upsert(connection, decisions).on_conflict_do_nothing(index_elements=["mark"]), [_row(one) for one in some])


def _row(decision: Decision) -> dict[str, Any]:
    row = {field.name: getattr(decision, field.name) for field in fields(Decision)}
    return row | {"mark": _mark(decision), "key_id": key_id(decision.url_key), "reason": decision.reason[:LONGEST_REASON]}


def _mark(decision: Decision) -> str:
    """What makes a decision the same again: all but its time and the ids that follow from the rest."""
    parts = (decision.stage, decision.url_key, decision.batch_id or "", decision.verdict, decision.reason)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
