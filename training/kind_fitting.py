"""`python -m training.kind_fitting ROWS MODEL CHANCES`: rows of pages → one forest a kind, and chances held out of folds."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

import lightgbm
import numpy as np

from training.packing import pack

ARTICLE: Final = "article"
SHAPE: Final = {
    "objective": "binary",
    "num_leaves": 8,
    "learning_rate": 0.06,
    "min_data_in_leaf": 12,
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
TREES: Final = 150


def main() -> None:
    """Write the model's file, and for each page its chances by forests trained without its fold."""
    rows = np.load(sys.argv[1])
    told = json.loads(bytes(rows["about"]).decode())
    kinds, folds = rows["kind"], rows["fold"]
    names = [ARTICLE, *sorted(set(kinds) - {ARTICLE})]
    held_out = np.zeros((len(kinds), len(names)))
    for fold in range(int(folds.max()) + 1):
        learned = folds != fold
        for place, name in enumerate(names):
            held_out[~learned, place] = fit(rows["rows"][learned], kinds[learned], name, told["seed"]).predict(rows["rows"][~learned])
    arrays: dict[str, Any] = {}
    forests = {}
    for name in names:
        made, forests[name] = pack(fit(rows["rows"], kinds, name, told["seed"]).dump_model(), name, told["traits"])
        arrays |= made
    about = json.dumps({**told["model"], "forests": forests}).encode()
    np.savez_compressed(sys.argv[2], about=np.frombuffer(about, np.uint8), **arrays)
    np.savez(sys.argv[3], chances=held_out, names=np.array(names))


def fit(rows: Any, kinds: Any, name: str, seed: int) -> Any:
    """Return a model of one kind against all others; of other kinds than articles, against those that are no articles either."""
    chosen = np.ones(len(kinds), bool) if name == ARTICLE else kinds != ARTICLE
    dataset = lightgbm.Dataset(rows[chosen], (kinds[chosen] == name).astype(float), params={"max_bin": SHAPE["max_bin"], "verbose": -1})
    return lightgbm.train({**SHAPE, "seed": seed}, dataset, TREES)


if __name__ == "__main__":
    main()
