"""Kill -9 in the middle of a backfill, again and again: `python -m tests.faults.kill_backfill --pages 5000 --kills 50`.

Serves pages of made-up publishers from this process, puts their addresses into a fresh ledger as a backfill, and runs
`wireroom backfill resume` in a process of its own that is killed at random moments, until one run comes to its end. Then it
looks: nothing lost, nothing double, no page fetched more than twice. A page that was under way at two kills is not lost, but put
aside with that reason, and counted; `backfill resume --interrupted` would ask a third time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from pipeline.fetching import INTERRUPTED
from pipeline.ledger import BatchState, Outcome, Priority
from pipeline.settings import Settings
from pipeline.urls import article_id, url_key
from pipeline.wiring import Rooms
from tests.newsroom import RunningApp

HOSTS = 20
WORDS = (
    "harbour", "council", "winter", "storm", "pier", "bridge", "budget", "vote", "engine", "library", "summer", "teacher", "ferry",
)  # fmt: skip
COMMAND = (sys.executable, "-m", "pipeline.cli", "backfill", "resume", "--json")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found at the end."""

    pages: int
    kills: int
    outcomes: dict[str, int]
    searchable: int
    missing: int  # pages that are neither searchable nor put aside
    put_aside: int  # because two kills met them
    entries_in_two_batches: int
    unfinished: int
    most_fetches: int  # of one page
    refetched: int  # requests beyond the first of each page
    seconds: float

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing double, no page fetched more than twice."""
        ended = {str(Outcome.INDEXED): self.searchable, str(Outcome.QUARANTINED): self.put_aside}
        whole = self.outcomes == {outcome: count for outcome, count in ended.items() if count}
        return (
            whole
            and self.searchable + self.put_aside == self.pages
            and not self.missing
            and not self.entries_in_two_batches
            and not self.unfinished
            and self.most_fetches <= 2
        )


class Publishers:
    """Pages by number on a few hosts, and how often each was asked for."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def app(self) -> web.Application:
        """The application that serves them."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        if not request.path.startswith("/story-"):
            raise web.HTTPNotFound
        self.asked[request.path] += 1
        return web.Response(text=page(int(request.path.removeprefix("/story-"))), content_type="text/html")


def address(number: int, port: int) -> str:
    """Where a page is."""
    return f"http://paper{number % HOSTS}.localhost:{port}/story-{number}"


def page(number: int) -> str:
    """An article that is like no other."""
    dice = random.Random(number)
    title = f"Story {number}: {' '.join(dice.sample(WORDS, 5))}"
    text = "".join(f"<p>{' '.join(dice.choices(WORDS, k=40)).capitalize()} {number}.{part}.</p>" for part in range(5))
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title><meta property='og:type' content='article'></head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def torment(home: Path, pages: int, kills: int, *, seed: int, batch: int = 50, longest: float = 6.0) -> Verdict:
    """Run the backfill of so many pages, killed so many times; return what is found at the end."""
    dice, publishers, began = random.Random(seed), Publishers(), time.monotonic()
    serving = RunningApp(publishers.app())
    settings = {"HOME": home, "LOCAL_NEWSROOM": f"127.0.0.1:{serving.port}", "HOST_DELAY": 0, "BATCH_SIZE": batch, "CONCURRENCY": 8}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIREROOM_")}
    environment = kept | {f"WIREROOM_{name}": str(value) for name, value in settings.items()}
    listing = home / "list.txt"
    home.mkdir(parents=True, exist_ok=True)
    listing.write_text("\n".join(address(number, serving.port) for number in range(pages)))
    try:
        subprocess.run([*COMMAND[:3], "import", "urls", str(listing)], env=environment, check=True, capture_output=True)
        done = _killed_often(environment, dice, kills, longest)
        _run_to_its_end(environment)
        return _judged(home, pages, done, publishers, serving.port, time.monotonic() - began)
    finally:
        serving.close()


def _killed_often(environment: dict[str, str], dice: random.Random, kills: int, longest: float) -> int:
    """Start and kill, so many times or until nothing is left to do; return how often."""
    for number in range(kills):
        process = subprocess.Popen(COMMAND, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=1.0 + dice.random() * longest)  # importing takes the first second
            return number
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return kills


def _run_to_its_end(environment: dict[str, str]) -> None:
    """Run once without a kill. A run that fails fails all of it: nobody is there to mend a home."""
    done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"a run after the kills ended with {done.returncode}: {done.stderr}")


def _judged(home: Path, pages: int, kills: int, publishers: Publishers, port: int, seconds: float) -> Verdict:
    with Rooms(Settings(_env_file=None, home=home)) as rooms:
        ledger = rooms.state.ledger
        batches = ledger.batches(limit=100_000)
        members = Counter(member.entry.entry_id for batch in batches for member in ledger.batch_entries(batch.batch_id))
        aside = ledger.outcomes_by_reason().get((Outcome.QUARANTINED, INTERRUPTED), 0)
        return Verdict(
            put_aside=aside,
            pages=pages,
            kills=kills,
            outcomes={str(outcome): count for outcome, count in ledger.counts(Priority.BACKFILL).items()},
            searchable=rooms.index.count(),
            missing=sum(rooms.index.get(article_id(url_key(address(number, port)))) is None for number in range(pages)) - aside,
            entries_in_two_batches=sum(count > 1 for count in members.values()),
            unfinished=sum(batch.state is not BatchState.FINISHED for batch in batches),
            most_fetches=max(publishers.asked.values(), default=0),
            refetched=publishers.asked.total() - len(publishers.asked),
            seconds=round(seconds, 1),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it and print the verdict as JSON; exit code 1 where it does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=8.0, help="seconds that a run lives at most")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        verdict = torment(Path(folder) / "home", given.pages, given.kills, seed=given.seed, batch=100, longest=given.longest)
    print(json.dumps({slot: getattr(verdict, slot) for slot in Verdict.__dataclass_fields__}, indent=2))
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
