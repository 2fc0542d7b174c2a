"""`python -m pipeline.cli` is `wireroom`."""

from pipeline.cli import main

main()
