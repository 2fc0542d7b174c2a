"""A process that writes to an embedded index and is killed at a chosen point: `python dying.py FOLDER POINT`.

It first writes the documents `safe0` … `safe4` and says "safe", then arms the point and writes `late0` … `late4`.
Point `prepare` is armed before anything; `never` is not armed: the process writes one document after another until it is
killed from outside, saying the number of each that upsert has returned from.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipeline.index import embedded_documents, embedded_writer
from pipeline.index.embedded import EmbeddedIndex
from tests.index.documents import document

POINTS: dict[str, tuple[Any, str, int]] = {  # where, what is called, at which call
    "prepare": (embedded_writer, "create_search_folder", 1),
    "writing": (embedded_documents, "_pack", 3),
    "in-transaction": (embedded_documents, "_next", 1),
    "before-drain": (embedded_writer.SearchWriter, "drain", 1),
    "while-adding": (embedded_writer, "tantivy_document", 3),
    "after-commit": (embedded_documents.DocumentStore, "clear", 1),
    "clearing": (embedded_documents.DocumentStore, "is_marked", 2),
}


def arm(point: str) -> None:
    """Make the process kill itself at that call."""
    owner, name, last = POINTS[point]
    original: Callable[..., Any] = getattr(owner, name)
    calls = iter(range(1, last + 1))

    def fatal(*args: Any, **named: Any) -> Any:
        if next(calls) == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **named)

    setattr(owner, name, fatal)


def main(folder: str, point: str) -> None:
    """Write until killed."""
    index = EmbeddedIndex(Path(folder))
    if point == "prepare":
        arm(point)
    index.prepare()
    if point == "never":
        for at in range(10_000):
            index.upsert([document(f"{os.getpid()}-{at}", title="Oil")])
            print(f"{os.getpid()}-{at}", flush=True)
    index.upsert([document(f"safe{at}", title="Oil") for at in range(5)])
    print("safe", flush=True)
    arm(point)
    index.upsert([document(f"late{at}", title="Oil") for at in range(5)])


if __name__ == "__main__":
    main(*sys.argv[1:])
