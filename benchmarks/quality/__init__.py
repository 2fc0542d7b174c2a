"""Other extractors on the labelled pages, for `python -m scripts.quality`."""
