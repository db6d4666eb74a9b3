"""One generation with its files open: checked before anything is read from it, closed with its last user."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from searchcore import engines
from searchcore.engine import KindIndex
from searchcore.facts import Facts
from searchcore.generations import Generation, check_files
from searchcore.request import Request
from searchcore.schema import KINDS, load_kind


class Opened:
    """An open generation. Whoever searches in it keeps a reference, and so keeps it open.

    Args:
        generation: the generation.
        kinds: for a process that ends soon: only these are opened and checked at once, the others when they
            are first asked for. None opens all, and leaves their pages in memory for workers to share.

    Raises:
        GenerationError: it is damaged, or was deleted in this moment.
    """

    def __init__(self, generation: Generation, kinds: Sequence[str] | None = None) -> None:
        self.generation = generation
        self._verify = kinds is None
        self._kinds: dict[str, KindIndex] = {}
        self._opening = threading.Lock()
        self._held = generation.hold()
        try:
            self._open(KINDS if kinds is None else kinds, more=("",))
            self.facts = Facts(generation.facts)
            self.release_ends = {release.id: release for release in self.facts.releases}
        except BaseException:
            self._close()
            raise

    def __del__(self) -> None:
        if hasattr(self, "release_ends"):
            self.facts.close()
            self._close()

    def index(self, kind: str) -> KindIndex:
        """Return the index of a kind.

        Raises:
            GenerationError: it is opened only now, and is damaged.
        """
        if kind not in self._kinds:
            with self._opening:
                if kind not in self._kinds:
                    self._open((kind,))
        return self._kinds[kind]

    def warm_up(self) -> None:
        """Do what the first searches would otherwise wait for: machine code, the arrays of today, labels."""
        engines.compile_ahead(self.generation.data_dir)
        _ = self.facts.facet_values
        today = dt.date.today()
        for kind in KINDS:
            index = self.index(kind)
            index.suggest("a", 1, today)
            found = index.search(Request("", kind, as_of=today)).hits
            if found:
                index.search(Request(found[0].record.title or "", kind, as_of=today))

    def _open(self, kinds: Sequence[str], more: Sequence[str] = ()) -> None:
        """Open some kinds; check their files, and those in the folders `more`."""
        # The checks free the interpreter lock: they run while the engine is imported, most of a short search.
        with ThreadPoolExecutor(1) as background:
            checked = background.submit(check_files, self.generation, (*more, *kinds))
            try:
                engines.keep_compiled(self.generation.data_dir)
                for kind in kinds:
                    folder = self.generation.kind_dir(kind)
                    self._kinds[kind] = engines.open_kind(load_kind(kind), folder, verify=self._verify)
            finally:
                # A damaged file explains whatever else went wrong.
                checked.result()

    def _close(self) -> None:
        for index in self._kinds.values():
            index.close()
        os.close(self._held)
