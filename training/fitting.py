"""`python -m training.fitting ROWS FOLDER`: rows → one forest a fold, and one of all. Runs in the training environment."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import lightgbm
import numpy as np

from training.packing import LEAVES, pack

TREES: Final = 300
SHAPE: Final = {
    "objective": "cross_entropy",
    "num_leaves": LEAVES - 1,
    "learning_rate": 0.06,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "num_threads": 2,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


def main() -> None:
    """Write FOLDER/all.npz and FOLDER/fold-N.npz, each trained without the pages of fold N."""
    rows, folder = np.load(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    told = json.loads(bytes(rows["about"]).decode())
    for fold in [*range(int(rows["fold"].max()) + 1), None]:
        chosen = rows["fold"] != (-1 if fold is None else fold)
        model = fit(rows["rows"][chosen], rows["body"][chosen], rows["weight"][chosen], told["seed"])
        arrays, of = pack(model.dump_model(), "body", told["traits"])
        important = sorted(zip(model.feature_importance("gain"), told["traits"], strict=True), reverse=True)
        about = {**told["model"], "forests": {"body": of}, "important": [[name, round(float(gain))] for gain, name in important[:40]]}
        name = "all" if fold is None else f"fold-{fold}"
        np.savez_compressed(folder / f"{name}.npz", about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)
        sys.stderr.write(f"{name}: {len(arrays['body.values'])} trees on {int(chosen.sum())} blocks\n")


def fit(rows: Any, body: Any, weight: Any, seed: int) -> Any:
    """Return a model of the chance that a row is body."""
    dataset = lightgbm.Dataset(rows, body, weight=weight, params={"max_bin": SHAPE["max_bin"], "verbose": -1})
    return lightgbm.train({**SHAPE, "seed": seed}, dataset, TREES)


if __name__ == "__main__":
    main()
