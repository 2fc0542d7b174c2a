"""Small random trees in the form that LightGBM tells them in, and the file they are packed into."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.clean.forest import FORMAT, Forest, read_forests
from training.packing import pack


def grown(random: np.random.Generator, leaves: int, traits: int) -> dict[str, Any]:
    """A tree with so many leaves, split wherever chance says."""
    if leaves == 1:
        return {"leaf_value": float(random.normal())}
    left = int(random.integers(1, leaves))
    return {
        "split_feature": int(random.integers(traits)),
        "threshold": float(np.float32(random.normal())),
        "decision_type": "<=",
        "left_child": grown(random, left, traits),
        "right_child": grown(random, leaves - left, traits),
    }


def dumped(trees: list[dict[str, Any]]) -> dict[str, Any]:
    return {"tree_info": [{"tree_structure": tree} for tree in trees]}


def walked(tree: dict[str, Any], row: Any) -> float:
    """What a tree answers, node by node."""
    while "leaf_value" not in tree:
        tree = tree["left_child"] if row[tree["split_feature"]] <= tree["threshold"] else tree["right_child"]
    return float(tree["leaf_value"])


def written(file: Path, dump: dict[str, Any], traits: int, *, name: str = "body", file_format: int = FORMAT) -> Forest:
    return written_as(file, dump, [f"trait-{number}" for number in range(traits)], name=name, file_format=file_format)


def written_as(file: Path, dump: dict[str, Any], traits: list[str], *, name: str = "body", file_format: int = FORMAT) -> Forest:
    arrays, of = pack(dump, name, traits)
    about = json.dumps({"format": file_format, "forests": {name: of}}).encode()
    np.savez_compressed(file, about=np.frombuffer(about, np.uint8), **arrays)
    return read_forests(file)[0][name] if file_format == FORMAT else None  # type: ignore[return-value]
