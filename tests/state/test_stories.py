"""What of stories no contract says: ledgers of older versions, and how bands are asked for."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import alembic.command
from alembic.config import Config
from sqlalchemy import event, text

from pipeline.standing import Member
from pipeline.state import opening
from pipeline.state.engine import Database
from pipeline.state.opening import open_database
from pipeline.state.stories import SqlStories
from pipeline.stories.copies import arrange
from tests.stories.wires import member, rewritten, story

HOUR = timedelta(hours=1)
WIRE, COPY, OTHER = member(1, story(1)), member(2, rewritten(story(1), 5, 0.2), at=HOUR), member(3, story(3))


def _upgraded(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).parent / "migrations"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)


def _old_row(one: Member) -> dict[str, Any]:
    printed = one.fingerprint
    fields = ("shingles", "signature", "bands", "numbers", "names", "plain")
    return {name: getattr(printed, name) if printed else None for name in fields} | {
        "article_id": bytes.fromhex(one.article_id), "story_id": bytes.fromhex(one.article_id), "at": one.at, "site": one.site,
        "publisher": one.publisher, "shown": True,
    }  # fmt: skip


def test_ledgers_of_before_find_their_copies(url: str) -> None:
    """The migration keeps who was there: a copy that comes after it finds them by their bands."""
    short = replace(member(4, story(4)), fingerprint=None)
    with closing(opening._connect(opening._parsed(url))) as database:
        _upgraded(database, "0010")
        rows = [_old_row(one) for one in (WIRE, OTHER, short)]
        with database.writing() as connection:
            columns = ", ".join(rows[0])
            connection.execute(text(f"INSERT INTO tellers ({columns}) VALUES (:{', :'.join(rows[0])})"), rows)
    with closing(open_database(url)) as database:
        stories = SqlStories(database)
        assert [one.article_id for one in stories.settle([COPY], arrange)] == [COPY.article_id]
        assert stories.standings([COPY.article_id])[COPY.article_id].copy_of == WIRE.article_id
        changed = replace(WIRE, fingerprint=member(1, story(9)).fingerprint)
        stories.settle([changed], arrange)  # its old bands go
        again = member(5, story(1), at=2 * HOUR)
        asked: list[set[str]] = []
        stories.settle([again], lambda members, settled: asked.append({one.article_id for one in members}) or arrange(members, settled))
        assert asked == [{COPY.article_id, again.article_id}]


def test_a_batch_asks_for_its_bands_once(url: str) -> None:
    """However many articles and bands it has: two questions for whom they concern."""
    with closing(open_database(url)) as database:
        asked: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        SqlStories(database).settle([member(at, story(at, 80)) for at in range(60)], arrange)
        assert sum("FROM tellers" in one and "signature" in one for one in asked) == 2
        assert sum("bands" in one and one.startswith("INSERT INTO bands") for one in asked) == 1
