"""Records with some of the words of a text, as many as possible; those of another side come last.

What is denied (without, no) is given up last. Each step is said in a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import query

from searchcore.query import And, Every, Node, Not, Word, narrows
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.attempts import Answer, Attempts
from searchcore.whoosh_engine.combining import excluding
from searchcore.whoosh_engine.found import Counts, Docs, Found
from searchcore.whoosh_engine.idle_words import telling
from searchcore.whoosh_engine.layout import MERGED
from searchcore.whoosh_engine.queries import AnyWord, AtLeast
from searchcore.whoosh_engine.spelling import Speller, words_of

RELAXED = "no {} has all of these words; showing those with {}"
FILLED = "{} with all of these words; the others have {}"
FILTERED = "with the filters chosen no {} has all of these words ({} without them); showing those with {}"
UNKNOWN = "nothing has {}"
SOME_SIDE = "not all of these say {}"
NO_SIDE = "none of these says {}"


class SomeWords:
    """Finds records with some of the words.

    Args:
        attempts: what to search with.
        speller: of the index.
    """

    def __init__(self, attempts: Attempts, speller: Speller) -> None:
        self._attempts = attempts
        self._speller = speller
        self._rules = speller.rules

    def answer(self, strict: Answer) -> Answer | None:
        """Return the records with most of the words; None if no record has any, or there is but one."""
        wanted, unwanted = self._parts(strict.node)
        if len(wanted) < 2:
            return None
        found = self._attempts.run(excluding(AtLeast(1, [part for _, part in wanted]), unwanted))
        matched = found.matched
        if matched is None or not len(found):
            return None
        negations = [part for node, part in wanted if _is_one_of(node, self._rules.negations)]
        steps = [negations, []] if 0 < len(negations) < len(wanted) else [[]]
        found = self._weighed(found, matched, len(wanted))
        best: Answer | None = None
        levels: list[int] = []
        for needed in steps:
            seen = len(strict.found)
            fits = np.ones(len(found), np.bool_)
            if needed:
                fits = _among(found.docs, self._attempts.run(query.And(needed)).docs)
            for least in range(len(wanted) - 1, len(needed), -1):
                mask = fits & (matched >= least)
                if mask.sum() <= seen:
                    continue
                seen = int(mask.sum())
                answer = self._level(strict, found.where(mask), [node for node, _ in wanted])
                if answer.kept.total > (best or strict).kept.total:
                    best = answer
                    levels.append(least)
                if best and best.kept.total >= self._rules.fill.below:
                    best = best if needed else self._denied(best, negations)
                    return self._said_levels(best, strict, levels, len(wanted))
            if best:
                best = best if needed else self._denied(best, negations)
                break
        return best and self._said_levels(best, strict, levels, len(wanted))

    def _weighed(self, found: Found, matched: Counts, parts: int) -> Found:
        """Return records with lower scores where they have fewer of the words."""
        if not found.scored:
            return found
        return Found(found.docs, found.scores * (matched / parts) ** self._rules.fill.share, matched)

    def _parts(self, node: Node) -> tuple[list[tuple[Node, Any]], list[Any]]:
        """Return the parts that a tree wants, with their queries, and the queries that it excludes."""
        nodes = node.nodes if isinstance(node, And) else (node,)
        # What selects values stays: only words may be left out. A star is none: everything has it.
        loose = [part for part in telling(nodes) if not (narrows(part) or isinstance(part, Every))]
        parts = [each for part in loose for each in self._single(part)]
        wanted = [(part, self._attempts.query(part)) for part in parts if not isinstance(part, Not)]
        unwanted = [self._attempts.query(part.node) for part in parts if isinstance(part, Not)]
        unwanted += [query.Not(self._attempts.query(part)) for part in nodes if narrows(part)]
        return [each for each in wanted if each[1] is not None], [
            each for each in unwanted if each is not None
        ]

    def _single(self, node: Node) -> list[Node]:
        """Return the words between the hyphens of a word that no record has all of; else the node itself."""
        pieces = node.text.split("-") if isinstance(node, Word) else []
        if len(pieces) < 2 or len(self._attempts.run(self._attempts.query(node))):
            return [node]
        return [Word(piece) for piece in pieces if stems(piece)]

    def _level(self, strict: Answer, found: Found, parts: Sequence[Node]) -> Answer:
        """Return the records of one step, those of another side than the one asked for behind all others."""
        sides = self._rules.sides
        asked = [side for side, words in sides.items() if any(_is_one_of(part, words) for part in parts)]
        if not asked or not found.scored:
            return replace(strict, found=found, kept=self._attempts.count(strict.node, found))
        own = self._having([word for side in asked for word in sides[side]])
        others = self._having([word for side in sides if side not in asked for word in sides[side]])
        other = _among(found.docs, others) & ~_among(found.docs, own)
        found = Found(found.docs, np.where(other, found.scores * self._rules.other_side, found.scores))
        kept = self._attempts.count(strict.node, found)
        saying = _among(kept.docs, own)
        names = " and ".join(asked)
        note = () if saying.all() else ((SOME_SIDE if saying.any() else NO_SIDE).format(names),)
        return replace(strict, found=found, kept=kept, notes=note)

    def _denied(self, answer: Answer, negations: Sequence[Any]) -> Answer:
        """Return an answer that says so if its records do not deny what was denied."""
        if not negations:
            return answer
        saying = _among(answer.kept.docs, self._attempts.run(query.And(list(negations))).docs)
        if saying.all():
            return answer
        denied = [word for word in self._rules.negations if _names(answer.node, word)]
        note = (SOME_SIDE if saying.any() else NO_SIDE).format(" and ".join(denied))
        return replace(answer, notes=(*answer.notes, note))

    def _said_levels(self, answer: Answer, strict: Answer, levels: Sequence[int], parts: int) -> Answer:
        """Return an answer that says how many of the words its records have."""
        noun, full, standing = self._attempts.noun, strict.kept.total, strict.kept.standing
        shares = ", then ".join(f"{least} of {parts}" for least in (levels[0], levels[-1])[: len(levels)])
        if full:
            note = FILLED.format(f"{full} {noun if full == 1 else noun + 's'}", shares)
        elif standing:
            note = FILTERED.format(noun, f"{standing:,}", shares)
        else:
            note = RELAXED.format(noun, shares)
        words = words_of(answer.node, self._speller)
        unknown = [UNKNOWN.format(word.text) for word in words if not self._speller.records(word.text)]
        notes = (note, *dict.fromkeys(unknown), *answer.notes)
        return replace(answer, notes=notes, complete=full)

    def _having(self, words: Sequence[str]) -> Docs:
        """Return the records with any of some words."""
        return self._attempts.run(AnyWord(MERGED, tuple(stem for word in words for stem in stems(word)))).docs


def _among(docs: Docs, others: Docs) -> npt.NDArray[np.bool_]:
    """Tell of ascending records which are among other ascending ones."""
    places = np.searchsorted(others, docs)
    found = places < len(others)
    found[found] = others[places[found]] == docs[found]
    return found


def _names(node: Node, word: str) -> bool:
    return any(_is_one_of(part, (word,)) for part in node.wanted())


def _is_one_of(node: Node, words: Sequence[str]) -> bool:
    if not isinstance(node, Word):
        return False
    found = stems(node.text)
    return len(found) == 1 and any(found == stems(word) for word in words)
