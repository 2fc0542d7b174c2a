from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.cli.telling import edits, print_revisions
from pipeline.standing import Change
from tests.stories.test_revisions import BODY, FIRST


def test_revisions_are_printed_with_what_was_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """Below each its class and the sentences that came and went."""
    second = replace(
        FIRST, number=2, known_at=FIRST.known_at + timedelta(hours=1), text=BODY.replace("4,200", "4,600"), changes=(Change.NUMBERS,)
    )
    print_revisions([FIRST, second], "it", as_json=False)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "revision 2 · 2026-11-20 13:00 UTC · numbers" in lines
    assert "- About 4,200 people were waiting at Pier 4." in lines
    assert "+ About 4,600 people were waiting at Pier 4." in lines


def test_only_what_was_not_kept_is_an_edit() -> None:
    """The same text has none."""
    assert edits(BODY, BODY) == ()
    assert len(edits(BODY, BODY.replace("Monday", "Tuesday"))) == 1
