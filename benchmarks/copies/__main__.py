"""`python -m benchmarks.copies`: recall, precision and speed of finding copies, beside datasketch, rensa and simhash.

Everybody gets the same texts in the same order, in one process each; seconds are CPU time. `pairs` is what was found directly,
`clusters` what follows when copies of copies are one story.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.copies.corpus import Text, corpus
from benchmarks.copies.score import Score, groups, of_clusters, of_pairs
from benchmarks.environments import ROOT, Environment
from pipeline.standing import Arrange, Member, Shift
from pipeline.state.store import open_state
from pipeline.stories.copies import arrange, connected
from pipeline.stories.fingerprint import fingerprint
from pipeline.types import ArticleId

PEERS = Environment("copies", ROOT / "benchmarks" / "copies" / "requirements.txt")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BATCH = 200
Found = tuple[list[int], float]  # text → cluster, seconds


def members(texts: Sequence[Text]) -> list[Member]:
    """Return the texts as articles of sites of their own, a second apart."""
    return [
        Member(
            article_id=ArticleId(f"{at:032x}"), at=NOON + timedelta(seconds=at), site=f"{at}.example", publisher=f"{at}",
            fingerprint=fingerprint(one.body),
        )
        for at, one in enumerate(texts)
    ]  # fmt: skip


def alone(texts: Sequence[Text]) -> Found:
    """Ours, all at once in memory."""
    began = time.process_time()
    standings = arrange(members(texts))
    return [int(standings[ArticleId(f"{at:032x}")].story_id, 16) for at in range(len(texts))], time.process_time() - began


def kept(texts: Sequence[Text]) -> Found:
    """Ours as the stage does it: batches of 200 into a ledger in SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        state = open_state(f"sqlite:///{Path(folder) / 'state.sqlite'}")
        began = time.process_time()
        for start in range(0, len(texts), BATCH):
            some = members(texts[: start + BATCH])[start:] if start == 0 else _numbered(texts, start)
            _settle(state.stories.settle, some)
        seconds = time.process_time() - began
        standings = state.stories.standings([ArticleId(f"{at:032x}") for at in range(len(texts))])
        state.close()
    return [int(standings[ArticleId(f"{at:032x}")].story_id, 16) for at in range(len(texts))], seconds


def _numbered(texts: Sequence[Text], start: int) -> list[Member]:
    return [
        Member(
            article_id=ArticleId(f"{at:032x}"), at=NOON + timedelta(seconds=at), site=f"{at}.example", publisher=f"{at}",
            fingerprint=fingerprint(texts[at].body),
        )
        for at in range(start, min(start + BATCH, len(texts)))
    ]  # fmt: skip


def _settle(settle: Callable[[Sequence[Member], Arrange], tuple[Shift, ...]], some: Sequence[Member]) -> None:
    settle(some, arrange)


def peer(method: str, texts: Sequence[Text]) -> tuple[list[tuple[int, int]], float]:
    """Ask one of the others."""
    asked = json.dumps({"method": method, "texts": [one.body for one in texts]})
    ran = subprocess.run([PEERS.python, Path(__file__).parent / "peers.py"], input=asked, capture_output=True, text=True, check=True)
    answer = json.loads(ran.stdout)
    return [(pair[0], pair[1]) for pair in answer["pairs"]], answer["seconds"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.copies", description=__doc__)
    parser.add_argument("--wires", type=int, default=300, help="wire stories, with 3 to 12 copies each (default 300)")
    parser.add_argument("--distractors", type=int, default=5000, help="other articles (default 5000)")
    parser.add_argument("--ours", action="store_true", help="only ours")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    texts = corpus(wires=asked.wires, distractors=asked.distractors)
    stories = [one.story for one in texts]
    rows = []
    for name, measured in (("wireroom, in memory", alone), ("wireroom, ledger in SQLite", kept)):
        clusters, seconds = measured(texts)
        rows.append(_row(name, None, of_clusters(clusters, stories), len(texts), seconds))
        _tell_misses(clusters, stories, texts)
    if not asked.ours:
        PEERS.install()
        for method in ("datasketch", "rensa", "simhash"):
            pairs, seconds = peer(method, texts)
            rows.append(_row(method, of_pairs(pairs, stories), of_clusters(connected(len(texts), pairs), stories), len(texts), seconds))
    if asked.json:
        sys.stdout.write(json.dumps({"texts": len(texts), "rows": rows}, indent=1) + "\n")
        return
    sys.stdout.write(f"{len(texts):,} texts: {asked.wires} wire stories with their copies, {asked.distractors:,} others\n\n")
    names = ("method", "pairs recall", "pairs precision", "clusters recall", "clusters precision", "texts per CPU second")
    sys.stdout.write(f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n")
    for row in rows:
        sys.stdout.write(f"| {' | '.join(str(value) for value in row.values())} |\n")


def _row(name: str, pairs: Score | None, clusters: Score, count: int, seconds: float) -> dict[str, str]:
    direct = (f"{pairs.recall:.3f}", f"{pairs.precision:.4f}") if pairs else ("–", "–")
    values = (name, *direct, f"{clusters.recall:.4f}", f"{clusters.precision:.4f}", f"{count / seconds:,.0f}")
    return dict(zip(("method", "pair_recall", "pair_precision", "recall", "precision", "per_second"), values, strict=True))


def _tell_misses(clusters: Sequence[int], stories: Sequence[int | None], texts: Sequence[Text]) -> None:
    """Write to standard error what was joined wrongly, for whoever wants to know why."""
    wrong = [of for of in groups(clusters).values() if len({stories[at] for at in of}) > 1 or (len(of) > 1 and stories[of[0]] is None)]
    for of in wrong[:5]:
        sys.stderr.write("joined: " + " | ".join(f"[{stories[at]}] {texts[at].body[:60]!r}" for at in of[:4]) + "\n")


if __name__ == "__main__":
    main()
