"""Other extractors on the labelled pages: in an environment of their own, page after page, the time each takes measured there."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from benchmarks.environments import EXTRACTORS, ROOT
from pipeline.clean.page_tree import decode
from tests.quality.corpus import Labelled
from tests.quality.metric import Score
from tests.quality.systems import Answer, page_score

PEERS: Final = ("readability-lxml", "newspaper4k", "resiliparse", "rs-trafilatura", "goose3", "justext", "boilerpy3")


def peer_score(name: str, pages: Sequence[Labelled]) -> Score:
    """Return a peer's score. Raises `RuntimeError` with its last words where it fails."""
    EXTRACTORS.install()
    asked = "\n".join(_line(page) for page in pages)
    command = [EXTRACTORS.python, "-W", "ignore", "-m", "benchmarks.quality.extractors", name]
    ended = subprocess.run(command, cwd=ROOT, input=asked, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    if ended.returncode or len(answers) != len(pages):
        raise RuntimeError(f"{name}: exit {ended.returncode}, {len(answers)} answers of {len(pages)}: {ended.stderr[-400:]}")
    return Score(tuple(page_score(page, _answer(told), told["seconds"]) for page, told in zip(pages, answers, strict=True)))


def _line(labelled: Labelled) -> str:
    text, _ = decode(labelled.page.body, None)
    return json.dumps({"url": labelled.page.url, "html": base64.b64encode(text.encode("utf-8", "replace")).decode()})


def _answer(told: dict[str, Any]) -> Answer:
    return Answer(
        text=told["text"],
        title=" ".join(told["title"].split()),
        authors=tuple(told["authors"]),
        signed=tuple(told["authors"]),
        date=_moment(told["date"]),
        article=bool(told["text"]),
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
