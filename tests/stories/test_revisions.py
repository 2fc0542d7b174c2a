from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.standing import Change, Revision
from pipeline.stories.revisions import changes, next_look
from pipeline.types import ArchivePointer, ArticleId, Digest

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BODY = (
    "The ferry strike began on Monday. Crews left the boats at noon. “We had no choice,” said Anna Holm, who leads the union. "
    "About 4,200 people were waiting at Pier 4. The company said it would negotiate. Buses were full all day. "
    "Shops near the pier closed early. The mayor asked for patience. Nobody expects boats before Friday. More talks are planned."
)
FIRST = Revision(
    article_id=ArticleId("1" * 32), number=1, known_at=NOON, text_digest=Digest("0" * 64), title="Ferry strike begins", text=BODY,
    pointer=ArchivePointer(file="a", offset=0, length=1, digest=Digest("0" * 64)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"title": "Ferries stop for a week"}, [Change.HEADLINE]),
        ({"title": "FERRY STRIKE BEGINS!"}, []),
        ({"text": BODY.replace("asked for patience", "called for calm")}, [Change.SILENT_EDIT]),
        ({"text": BODY.replace("asked for patience", "called for calm"), "modified": NOON}, []),
        ({"text": BODY.replace("4,200", "4,600")}, [Change.SILENT_EDIT, Change.NUMBERS]),
        ({"text": BODY.replace("4,200", "4,600"), "corrections": ("The number was wrong.",)}, [Change.CORRECTION, Change.NUMBERS]),
        ({"text": BODY + "\n\nCorrection: The number was wrong."}, [Change.CORRECTION]),
        ({"text": BODY + "\n\nKorrektur: Die Zahl war falsch."}, [Change.CORRECTION]),
        ({"text": BODY.replace("We had no choice", "We had a choice")}, [Change.SILENT_EDIT, Change.QUOTE]),
        ({"text": BODY.replace("who leads the union", "the head of the union")}, [Change.SILENT_EDIT]),  # what she said is the same
        ({"text": BODY + " Some 300 people stayed."}, [Change.SILENT_EDIT]),  # a number more changes none that was there
        ({"text": BODY + " " + "Then the talks failed and everybody went home again. " * 4, "modified": NOON}, [Change.SUBSTANTIAL]),
        ({"text": " ".join(BODY.split()[:40])}, [Change.SILENT_EDIT, Change.SUBSTANTIAL]),
    ],
)
def test_changes(changed: dict[str, object], expected: list[Change]) -> None:
    """Each class by what shows it; a change that the page admits to is not silent."""
    assert list(changes(FIRST, replace(FIRST, number=2, **changed))) == expected  # type: ignore[arg-type]


def test_what_was_taken_down_comes_back() -> None:
    """The same text after a take-down is restored, and nothing else."""
    gone = replace(FIRST, number=2, changes=(Change.TAKEN_DOWN,))
    assert changes(gone, replace(FIRST, number=3)) == (Change.RESTORED,)


@pytest.mark.parametrize(
    ("age", "unchanged", "pause"),
    [
        (timedelta(minutes=5), 0, timedelta(minutes=15)),
        (timedelta(hours=2, minutes=59), 1, timedelta(minutes=15)),
        (timedelta(hours=2, minutes=59), 2, timedelta(minutes=30)),
        (timedelta(hours=3), 0, timedelta(hours=1)),
        (timedelta(hours=24), 0, timedelta(hours=6)),
        (timedelta(days=7), 9, timedelta(days=6)),
        (timedelta(days=30), 0, None),
    ],
)
def test_the_ladder(age: timedelta, unchanged: int, pause: timedelta | None) -> None:
    """Ever more rarely with age, half as often where nothing changed twice, and never after a month."""
    assert next_look(NOON - age, NOON, unchanged=unchanged) == (None if pause is None else NOON + pause)
