"""The others, in an environment of their own: reads JSON {"method", "texts"} from standard input, writes {"pairs", "seconds"}.

Word 3-grams for all. MinHash with 128 permutations in 32 bands of 4, a pair counting where the signatures agree in .3 or more;
simhash of 64 bits, a pair counting within a distance of 12.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterable

Pairs = set[tuple[int, int]]
WORD = re.compile(r"\w+")
SAME, DISTANCE = 0.3, 12


def shingles(text: str) -> list[str]:
    words = [word.casefold() for word in WORD.findall(text)]
    return [" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))]


def _datasketch(texts: list[str]) -> Pairs:
    from datasketch import MinHash, MinHashLSH

    index, signatures, found = MinHashLSH(num_perm=128, params=(32, 4)), [], set()
    for number, text in enumerate(texts):
        signature = MinHash(num_perm=128)
        signature.update_batch([one.encode() for one in set(shingles(text))])
        found.update((other, number) for other in index.query(signature) if signatures[other].jaccard(signature) >= SAME)
        index.insert(number, signature, check_duplication=False)
        signatures.append(signature)
    return found


def _rensa(texts: list[str]) -> Pairs:
    from rensa import RMinHash, RMinHashLSH

    index, signatures, found = RMinHashLSH(threshold=SAME, num_perm=128, num_bands=32), [], set()
    for number, text in enumerate(texts):
        signature = RMinHash(num_perm=128, seed=42)
        signature.update(shingles(text))
        found.update((other, number) for other in index.query(signature) if signatures[other].jaccard(signature) >= SAME)
        index.insert(number, signature)
        signatures.append(signature)
    return found


def _simhash(texts: list[str]) -> Pairs:
    import numpy as np
    from simhash import Simhash

    values = np.array([Simhash(shingles(text)).value for text in texts], np.uint64)
    found: Pairs = set()
    for number in range(1, len(values)):
        near = np.bitwise_count(values[:number] ^ values[number]) <= DISTANCE
        found.update((int(other), number) for other in np.flatnonzero(near))
    return found


METHODS: dict[str, Callable[[list[str]], Iterable[tuple[int, int]]]] = {"datasketch": _datasketch, "rensa": _rensa, "simhash": _simhash}


def main() -> None:
    """Answer one question."""
    asked = json.load(sys.stdin)
    METHODS[asked["method"]](asked["texts"][:50])  # imports and tables are not what is measured
    began = time.process_time()
    found = METHODS[asked["method"]](asked["texts"])
    json.dump({"pairs": sorted(found), "seconds": time.process_time() - began}, sys.stdout)


if __name__ == "__main__":
    main()
