"""Labels: what of a page is body, told by the truth's words."""

from __future__ import annotations

import lxml.html
import pytest

from pipeline.clean.outline import outline
from tests.clean.pages import STORY
from training.labels import labels

TRUTH = f"{STORY[0]}\nIn the harbor\n{STORY[1]}\n{STORY[2]}"


def found(*texts: str, truth: str = TRUTH) -> list[bool]:
    markup = "".join(f"<p>{text}</p>" for text in texts)
    return [one >= 0.5 for one in labels(outline(lxml.html.document_fromstring(f"<html><body>{markup}</body></html>")), truth)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((STORY[0], STORY[3]), [True, False]),
        ((STORY[0], "In the harbor", STORY[1]), [True, True, True]),  # a line of the truth
        ((STORY[0], "In the harbour", STORY[1]), [True, False, True]),
        (("Share", STORY[0]), [False, True]),
        ((STORY[0], STORY[3], STORY[0]), [True, False, False]),  # the truth has it once
        (("", STORY[0]), [True]),
        ((STORY[0][:60], STORY[0][60:]), [True, True]),
    ],
)
def test_what_the_truth_covers_is_body(texts: tuple[str, ...], expected: list[bool]) -> None:
    """Long blocks by their runs, short ones by line or neighbours, doubles as often as they are told."""
    assert found(*texts) == expected


def test_a_short_piece_is_body_between_its_neighbours() -> None:
    """A sentence that markup broke in three."""
    truth = "The old lighthouse at Cobb Point was moved, she said, forty metres inland on Tuesday before the storms came."
    pieces = ("The old lighthouse at Cobb Point was moved,", "she said,", "forty metres inland on Tuesday before the storms came.")
    assert found(*pieces, truth=truth) == [True, True, True]
    assert found(pieces[0], "he said,", pieces[2], truth=truth) == [True, False, True]
