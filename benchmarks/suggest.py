"""How long suggestions take: every beginning of one to three letters, and longer ones drawn from the phrases.

    python -m benchmarks.suggest --data-dir FOLDER [--longer 2000] [--seed 1]

Prints a table of milliseconds in process, the fastest of three runs of each beginning.
"""

from __future__ import annotations

import argparse
import itertools
import random
import string
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from searchcore.library import Library

_RUNS = 3


def short_beginnings(letters: int) -> list[str]:
    """Return every text of so many small letters."""
    return ["".join(each) for each in itertools.product(string.ascii_lowercase, repeat=letters)]


def longer_beginnings(library: Library, count: int, seed: int) -> list[str]:
    """Return beginnings of suggested phrases and codes, from four characters on, some words left out."""
    rng = random.Random(seed)
    phrases = sorted({each.text for begin in short_beginnings(2) for each in library.suggest(begin)})
    found = []
    for phrase in rng.choices(phrases, k=count) if phrases else ():
        words = phrase.split()
        begin = rng.randrange(len(words))
        text = " ".join(words[begin:])
        found.append(text[: rng.randint(4, max(4, len(text)))])
    return found


def times(library: Library, texts: Sequence[str]) -> list[float]:
    """Return the milliseconds that each text took, the fastest of three runs."""
    found = []
    for text in texts:
        runs = []
        for _ in range(_RUNS):
            begin = time.perf_counter()
            library.suggest(text)
            runs.append((time.perf_counter() - begin) * 1000)
        found.append(min(runs))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--longer", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    library = Library.open(options.data_dir, ("code",))
    sets = {f"{letters} letters": short_beginnings(letters) for letters in (1, 2, 3)}
    sets["longer"] = longer_beginnings(library, options.longer, options.seed)
    sets["eight single letters"] = [" ".join(string.ascii_lowercase[at : at + 8]) for at in range(19)]
    print(f"{'beginnings':26}{'number':>8}{'p50':>8}{'p95':>8}{'max':>8}  ms")
    for name, texts in sets.items():
        p50, p95, most = np.percentile(times(library, texts), (50, 95, 100))
        print(f"{name:26}{len(texts):8}{p50:8.2f}{p95:8.2f}{most:8.2f}")


if __name__ == "__main__":
    main()
