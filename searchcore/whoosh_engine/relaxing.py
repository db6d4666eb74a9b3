"""What is shown when nothing has all words: another spelling, then records with some of the words.

Each step is said in a note. Words in quotes stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from searchcore.query import And, Code, Node, Word
from searchcore.whoosh_engine.attempts import Answer, Attempts
from searchcore.whoosh_engine.other_readings import other_readings
from searchcore.whoosh_engine.some_words import SomeWords
from searchcore.whoosh_engine.spelling import Change, Reading, Speller, readings, words_of

RESPELT = "shown for {}; nothing has {}"
REPLACED = "shown for {} in place of {}"
# Of the words of a query so many are looked at when a commoner spelling is looked for.
_RAREST = 2


class Relaxing:
    """Answers one text.

    Args:
        attempts: what to search with.
        speller: of the index.
        text: as typed.
    """

    def __init__(self, attempts: Attempts, speller: Speller, text: str) -> None:
        self._attempts = attempts
        self._speller = speller
        self._some = SomeWords(attempts, speller)
        self._rules = speller.rules
        self._text = text

    def answer(self, node: Node) -> Answer:
        """Return the records of a tree, or what comes nearest to them."""
        strict = self._tried(node)
        if self._attempts.strict:
            return strict
        words = words_of(node, self._speller)
        offer = self._rules.offer
        if strict.kept.total and self._attempts.undenied(node, strict.kept):
            return self._otherwise_read(node) or self._filled(strict)
        if strict.kept.total:
            if strict.kept.total > offer.matches or not words:
                return self._filled(strict)
            rare = [word for word in words if self._speller.records(word.text) <= offer.records]
            offered = self._offered(words, rare, strict.kept.total, offer.times)
            return replace(self._filled(strict), suggestion=offered)
        return self._otherwise_read(node) or self._without_words(strict, words)

    def _otherwise_read(self, node: Node) -> Answer | None:
        """Return the answer to another reading of the whole text; None if none finds anything."""
        for text, said in other_readings(self._text, node, self._attempts.denied(node)):
            answer = self._tried(self._attempts.read(text))
            if answer.kept.total:
                answer = self._filled(answer)
                return replace(answer, notes=(said, *answer.notes), suggestion=text)
        return None

    def _without_words(self, strict: Answer, words: Sequence[Word]) -> Answer:
        """Return what has the words in another spelling, or some of them."""
        if not words:
            return self._some.answer(strict) or strict
        return self._otherwise_spelt(strict, words)

    def _filled(self, strict: Answer) -> Answer:
        """Return an answer, with records that have most of the words below it if it is a short one."""
        full = strict.kept.total >= self._rules.fill.below
        if full or not self._attempts.ranked or _only_codes(strict.node):
            return strict
        return self._some.answer(strict) or strict

    def _tried(self, node: Node) -> Answer:
        found = self._attempts.run(self._attempts.query(node))
        return Answer(node, found, self._attempts.count(node, found))

    def _otherwise_spelt(self, strict: Answer, words: Sequence[Word]) -> Answer:
        """Return the answer to the cheapest reading that finds something, or what has some of the words."""
        speller = self._speller
        unknown = [word for word in words if not speller.records(word.text)]
        spellings = {word: speller.spellings(word.text) for word in unknown}

        def others(word: Word) -> list[tuple[float, str]]:
            return [*spellings.get(word, ()), *speller.parted(word.text)]

        found = readings(self._text, words, unknown, others, speller, joined=True)
        for reading in list(found)[: self._rules.tries]:
            if not reading.unread:
                text = reading.text(self._text)
                answer = self._tried(self._attempts.read(text))
                if answer.kept.total:
                    answer = self._filled(answer)
                    notes = (*_said(reading.changes, unknown), *answer.notes)
                    return replace(answer, notes=notes, suggestion=text)
        sure = {
            word: [each for each in others(word) if each[0] <= self._rules.sure * len(word.text)]
            for word in unknown
        }
        if any(sure.values()):
            reading = next(readings(self._text, words, unknown, lambda word: sure.get(word, ()), speller))
            return self._partly_spelt(strict, reading, unknown)
        answer = self._some.answer(strict) or strict
        return replace(answer, suggestion=self._offered(words, words, 0, 1))

    def _partly_spelt(self, strict: Answer, reading: Reading, unknown: Sequence[Word]) -> Answer:
        """Return what has some of the words, those that no record has in their likeliest spelling."""
        text = reading.text(self._text)
        node = self._attempts.read(text)
        answer = self._some.answer(replace(strict, node=node))
        if answer is None:
            return strict
        return replace(answer, notes=(*_said(reading.changes, unknown), *answer.notes), suggestion=text)

    def _offered(self, words: Sequence[Word], rare: Sequence[Word], matches: int, times: int) -> str | None:
        """Return a text with a commoner word for a rare one that finds more; None if there is none."""
        records = {word: self._speller.records(word.text) for word in rare}
        chosen = {
            word: self._speller.spellings(word.text, max(records[word] + 1, records[word] * times))
            for word in sorted(rare, key=records.__getitem__)[:_RAREST]
            if records[word]
        }
        found = readings(self._text, words, (), lambda word: chosen.get(word, ()), self._speller)
        for reading in list(found)[: self._rules.tries]:
            text = reading.text(self._text)
            if self._tried(self._attempts.read(text)).kept.total > matches:
                return text
        return None


def _only_codes(node: Node) -> bool:
    """Tell whether a text consists of codes: what names one of them is not what was looked for."""
    return isinstance(node, And) and all(isinstance(part, Code) for part in node.nodes)


def _said(changes: Sequence[Change], unknown: Sequence[Word]) -> tuple[str, ...]:
    starts = {word.start for word in unknown}
    return tuple(
        (RESPELT if change.start in starts else REPLACED).format(change.read, change.typed)
        for change in changes
    )
