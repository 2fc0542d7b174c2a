"""`wireroom …`: the same stages without Airflow, and everything people ask of the ledger and the index.

Exit codes: 0 done; 1 something failed that may succeed later; 2 wrong use or configuration; 3 nothing found; 130 interrupted.
"""

from __future__ import annotations

import io
import sys

from pipeline.cli.app import run


def main() -> None:
    """Run the command line with `sys.argv` and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of an old encoding shows what it can
    sys.exit(run())
