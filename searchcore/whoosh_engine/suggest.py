"""Suggests codes and phrases while somebody types; `suggest_writer` says what is in the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchcore.codes import Status, normalise
from searchcore.suggestion import Suggestion
from searchcore.whoosh_engine.analysis import places
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.days import STATUSES, Day
from searchcore.whoosh_engine.layout import NO_RECORD, SUGGEST
from searchcore.whoosh_engine.records import RecordReader
from searchcore.whoosh_engine.sections import Arrays, Section
from searchcore.whoosh_engine.sorted_texts import read_texts
from searchcore.whoosh_engine.spelling import Speller
from searchcore.whoosh_engine.suggest_rules import SuggestRules
from searchcore.whoosh_engine.suggest_words import SuggestWords

MOST = 10
MAX_TEXT = 200
_MAX_WORDS = 8
# Of each sort of match so many are compared, and of each system so many codes.
_COMPARED = 30
# So many places at least are for what an abbreviation means, if that is anything.
_MEANT = 3
_ENDED = (str(Status.DELETED), str(Status.FUTURE))
_ENDED_NUMBERS = np.array([STATUSES.index(status) for status in _ENDED], np.uint8)

Flags = npt.NDArray[np.bool_]


class Suggester:
    """Suggests from one index. Safe to share between threads.

    Args:
        file: the segment.
        columns, records, speller: of the index.
        words: other words for those typed.
        rules: the weights.
    """

    def __init__(
        self,
        file: Arrays,
        columns: Columns,
        records: RecordReader,
        speller: Speller,
        words: SuggestWords,
        rules: SuggestRules,
    ) -> None:
        self._words = words
        self._speller = speller
        self._columns = columns
        self._records = records
        self._rules = rules
        self._phrases = None if f"{SUGGEST}/scores" not in file else _Phrases(Section(file, SUGGEST))

    def suggest(self, text: str, limit: int, as_of: dt.date | None) -> list[Suggestion]:
        """Return what the text may become, codes first; at most `limit`, and at most `MOST`.

        Args:
            text: what was typed so far.
            limit: how many.
            as_of: the day: what is not in force comes after what is.
        """
        text, limit = text[:MAX_TEXT], min(limit, MOST)
        day = self._columns.on_day(as_of)
        phrases = self._in_all_words(text, limit, day)
        most = limit if not phrases else min(limit, self._rules.codes)
        codes = self._of_codes(text, most, day)
        return [*codes, *phrases[: limit - len(codes)]]

    def _of_codes(self, text: str, limit: int, day: Day) -> list[Suggestion]:
        """Return codes that begin so: those in force first, then short ones, each system in its turn.

        Several letters are the beginning of a word, though codes of ICD-10-PCS begin so, too.
        """
        begin = normalise(text)
        if not begin or len(text.split()) > 2 or not (len(begin) < 2 or any(map(str.isdigit, begin))):
            return []
        found = []
        for low, high in self._columns.systems.blocks():
            first, last = self._columns.codes.prefix_span(begin, low, high)
            docs = np.arange(first, min(last, first + 8 * _COMPARED))
            ranked = []
            for doc in docs[day.state[docs] != 0][:_COMPARED].tolist():
                record = self._records.read(doc, day)
                ranked.append((record.status in _ENDED, len(record.code), record.code, record))
            ranked.sort(key=lambda each: each[:3])
            found += [(place, *each) for place, each in enumerate(ranked[:limit])]
        # An ended code comes after all others, whichever its system.
        found.sort(key=lambda each: (each[1], each[0], each[2], each[3]))
        return [
            Suggestion(
                "code", each[-1].display, _spans_of_code(each[-1].display, len(begin)), each[-1].system,
                each[-1].title, each[-1].status,
            )
            for each in found[:limit]
        ]  # fmt: skip

    def _in_all_words(self, text: str, limit: int, day: Day) -> list[Suggestion]:
        """Return phrases that the text may become; the last ones have what abbreviations in it mean.

        What was typed is none: to suggest it would help nobody.
        """
        begins = list(dict.fromkeys(place.surface for place in places(text)[:_MAX_WORDS]))
        typed = " ".join(text.split()).casefold()
        found = [each for each in self._of_phrases(begins, limit + 1, day) if each.text.casefold() != typed]
        meant = self._words.meant(begins)
        if meant != begins:
            others = self._of_phrases(meant, limit, day)
            more = [each for each in others if each.text not in {own.text for own in found}]
            found = [*found[: max(limit - _MEANT, limit - len(more))], *more]
        sideless = self._words.without_side(meant)
        if not found and sideless != meant:
            found = self._of_phrases(sideless, limit, day)
        return found[:limit]

    def _of_phrases(self, begins: Sequence[str], limit: int, day: Day) -> list[Suggestion]:
        """Return phrases that have words that begin like all those typed, the highest score first."""
        if self._phrases is None or not begins:
            return []
        phrases, rules = self._phrases, self._rules
        having = phrases.having(begins[0])
        for begin in begins[1:]:
            having &= phrases.having(begin)
        ahead = having & phrases.beginning(begins[0])
        # A single letter is the beginning of something, not a word.
        whole = having & (phrases.having(begins[-1], whole=True) if len(begins[-1]) > 1 else False)
        pools = [np.flatnonzero(each)[:_COMPARED] for each in (having, ahead, whole)]
        numbers = np.unique(np.concatenate(pools))
        scores = phrases.scores[numbers] + rules.begins * ahead[numbers] + rules.whole * whole[numbers]
        docs = phrases.docs[numbers]
        known = docs != NO_RECORD
        status = day.status[docs[known]]
        scores[known] -= rules.ended * np.isin(status, _ENDED_NUMBERS)
        found: list[Suggestion] = []
        for place in np.lexsort((numbers, -scores)).tolist():
            text = phrases.texts.term(int(numbers[place])).decode()
            # What people say may be for records that are not loaded.
            if known[place] or self._speller.records(text):
                found.append(Suggestion("term", text, spans_of(text, begins)))
                if len(found) == limit:
                    break
        return found


class _Phrases:
    """The phrases of an index."""

    def __init__(self, section: Arrays) -> None:
        self.texts = read_texts(section, "texts")
        self.scores: npt.NDArray[np.float32] = section.array("scores")
        self.docs: npt.NDArray[np.uint32] = section.array("docs")
        self._words = read_texts(section, "words")
        self._ends = section.array("phrases.ends").data
        self._of: npt.NDArray[np.uint32] = section.array("phrases")
        self._begins: npt.NDArray[np.bool_] = section.array("begins")

    def having(self, begin: str, *, whole: bool = False) -> Flags:
        """Tell of each phrase whether it has a word that begins so, or the whole word."""
        return self._flags(self._of[slice(*self._span(begin, whole))])

    def beginning(self, begin: str) -> Flags:
        """Tell of each phrase whether its first word begins so."""
        span = slice(*self._span(begin, False))
        return self._flags(self._of[span][self._begins[span]])

    def _span(self, begin: str, whole: bool) -> tuple[int, int]:
        """Return where the phrases of the words begin and end; those of words in order stand together."""
        encoded = begin.encode("utf-8", "surrogatepass")
        first, last = self._words.with_prefix(encoded)
        if whole and first < last:
            last = first + 1 if self._words.term(first) == encoded else first
        if first == last:
            return 0, 0
        return (self._ends[first - 1] if first else 0), self._ends[last - 1]

    def _flags(self, numbers: npt.NDArray[np.uint32]) -> Flags:
        flags = np.zeros(len(self.scores), np.bool_)
        flags[numbers] = True
        return flags


def spans_of(text: str, begins: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return start and end of what matched in a phrase: of each word the longest beginning that was typed."""
    found = []
    for place in places(text):
        longest = max((len(begin) for begin in begins if place.surface.startswith(begin)), default=0)
        if longest:
            end = place.end if longest == len(place.surface) else min(place.end, place.start + longest)
            found.append((place.start, end))
    return tuple(found)


def _spans_of_code(display: str, typed: int) -> tuple[tuple[int, int], ...]:
    """Return the beginning of a code as people write it that has so many letters and digits."""
    ends = [place + 1 for place, char in enumerate(display) if char.isalnum()]
    return ((0, ends[min(typed, len(ends)) - 1]),) if ends else ()
