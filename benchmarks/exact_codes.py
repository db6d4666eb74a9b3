"""Every code of a data folder, typed in five spellings: the share of searches whose first hit is the code.

Run `python -m benchmarks.exact_codes --data-dir DIR [--every N]`; anything below 1.000 is a fault.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from searchcore.codes import display_form
from searchcore.library import Library
from searchcore.request import Request

_NAMED = {"ICD10CM": "ICD-10-CM", "ICD10PCS": "ICD-10-PCS", "HCPCS": "HCPCS", "CPT": "CPT"}
_PAGE = 200
_SHOWN = 10


@dataclass(frozen=True)
class Share:
    """How many searches began with the code that was typed, and some that did not."""

    asked: int
    right: int
    wrong: tuple[str, ...]
    seconds: float

    @property
    def share(self) -> float:
        """The share of right first hits, 1 where nothing was asked."""
        return self.right / self.asked if self.asked else 1.0


def spellings(system: str, code: str) -> tuple[str, ...]:
    """Return a code in upper and lower case, with a dot, with the name of its system, and in pieces."""
    shown = display_form(system, code)
    dotted = shown if shown != code else f" {code}. "
    if system == "ICD10CM":
        apart = " ".join(part for part in (code[:3], code[3:6], code[6:]) if part)
    elif system == "ICD10PCS":
        apart = f"{code[:3]}-{code[3:]}" if len(code) > 3 else f"{code[:3]} "
    elif system == "HCPCS":
        apart = f"{code[0]} {code[1:]}"
    else:
        apart = f"{code}-59"
    return code, code.lower(), dotted, f"{_NAMED[system]} {code.lower()}", apart


def exact_code_share(library: Library, every: int = 1) -> Share:
    """Search for every code, or each `every`th, in five spellings; print the share of right first hits."""
    begin = time.perf_counter()
    asked = right = 0
    wrong: list[str] = []
    for number, (system, code) in enumerate(_codes(library)):
        if number % every:
            continue
        for text in spellings(system, code):
            asked += 1
            hits = library.search(Request(text, as_of=None, per_page=1)).hits
            if hits and hits[0].exact and hits[0].record.code == code:
                right += 1
            else:
                wrong.append(f"{text!r} ({system} {code}): {hits[0].record.code if hits else 'nothing'}")
    found = Share(asked, right, tuple(wrong), time.perf_counter() - begin)
    shown = f"{right:,} of {asked:,} first hits are right ({found.share:.6f})"
    print(f"exact codes: {shown}, {found.seconds:.0f} s")
    for line in found.wrong[:_SHOWN]:
        print("  " + line)
    return found


def _codes(library: Library) -> Iterator[tuple[str, str]]:
    """Yield system and code of every key of kind `code`, in order."""
    for system in _NAMED:
        before = ""
        page = 1
        while True:
            request = Request(
                "", filters=(("system", (system,)),), as_of=None, sort="code", page=page, per_page=_PAGE
            )
            hits = library.search(request).hits
            for hit in hits:
                if hit.record.code != before:
                    before = hit.record.code
                    yield system, before
            if len(hits) < _PAGE:
                break
            page += 1


def main() -> None:
    """Measure the served generation of a data folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    found = exact_code_share(Library.open(options.data_dir, ("code",)), options.every)
    raise SystemExit(found.right < found.asked)


if __name__ == "__main__":
    main()
