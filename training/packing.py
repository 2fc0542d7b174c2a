"""LightGBM's trees → the arrays of `pipeline.clean.forest`. Runs in the training environment: numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

LEAVES: Final = 32
STEPS: Final = 32_000  # leaf values are kept as whole numbers of so many steps up to the largest


def pack(dump: dict[str, Any], name: str, traits: Sequence[str], start: float = 0.0) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (arrays by name, what is told about the forest) of a model's `dump_model()`."""
    trees = [_flat(tree["tree_structure"]) for tree in dump["tree_info"]]
    edges = _edges(trees, len(traits))
    shape = (LEAVES - 1, len(trees))
    asked, rank = np.zeros(shape, np.uint16), np.full(shape, 255, np.uint8)  # padding says yes to everything
    ruled_out = np.full(shape, 0xFFFFFFFF, np.uint32)
    values = np.zeros((len(trees), LEAVES), np.float64)
    for number, (nodes, leaves) in enumerate(trees):
        values[number, : len(leaves)] = leaves
        for place, (trait, threshold, first, last) in enumerate(nodes):
            asked[place, number] = trait
            rank[place, number] = np.searchsorted(edges[trait], np.float32(threshold))
            mask = ((1 << (last - first)) - 1) << first
            ruled_out[place, number] = 0xFFFFFFFF & ~mask
    unit = float(np.abs(values).max() / STEPS) or 1.0
    arrays = {
        f"{name}.counts": np.array([len(one) for one in edges], np.uint16),
        f"{name}.edges": np.concatenate(edges).astype(np.float32),
        f"{name}.asked": asked,
        f"{name}.rank": rank,
        f"{name}.ruled_out": ruled_out,
        f"{name}.values": np.round(values / unit).astype(np.int16),
    }
    return arrays, {"traits": list(traits), "unit": unit, "start": start, "trees": len(trees)}


def _flat(tree: dict[str, Any]) -> tuple[list[tuple[int, float, int, int]], list[float]]:
    """Return (a tree's nodes with trait, threshold and the span of leaves on their left; its leaves' values, left to right)."""
    nodes: list[tuple[int, float, int, int]] = []
    leaves: list[float] = []

    def walk(node: dict[str, Any]) -> None:
        if "leaf_value" in node:
            leaves.append(float(node["leaf_value"]))
            return
        assert node["decision_type"] == "<=", node["decision_type"]
        place, first = len(nodes), len(leaves)
        nodes.append((0, 0.0, 0, 0))
        walk(node["left_child"])
        nodes[place] = (int(node["split_feature"]), float(node["threshold"]), first, len(leaves))
        walk(node["right_child"])

    walk(tree)
    return nodes, leaves


def _edges(trees: Sequence[tuple[list[tuple[int, float, int, int]], list[float]]], traits: int) -> list[Any]:
    asked: list[set[float]] = [set() for _ in range(traits)]
    for nodes, _ in trees:
        for trait, threshold, _, _ in nodes:
            asked[trait].add(float(np.float32(threshold)))
    made = [np.array(sorted(one), np.float32) for one in asked]
    assert all(len(one) < 255 for one in made)
    return made
