"""Other ways to read a whole text where nothing is found as it was typed; see `relaxing.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from searchcore.query import And, Code, Node, Phrase, Wildcard, Word

UNQUOTED = "nothing has {} word for word; showing what has the words"
UNSAID = "nothing says “{} {}”; showing what does not speak of {}"
UNLIKE = "nothing is like {}; showing what {} finds"
BEGUN = "nothing is {}; showing what begins so"
# Half a code: some of its characters, among them a digit.
_BEGINNING = re.compile(r"(?=\D*\d)[0-9A-Za-z]{3,}")


def other_readings(text: str, node: Node, denied: Sequence[tuple[Word, Word]]) -> Iterator[tuple[str, str]]:
    """Yield texts to try instead, each with the sentence that says so.

    Args:
        text: as typed.
        node: its tree.
        denied: its words that deny something, each with what it denies.
    """
    phrases = [part.text for part in node.wanted() if isinstance(part, Phrase)]
    if phrases and '"' in text:
        yield text.replace('"', " ").strip(), UNQUOTED.format(" and ".join(f'"{each}"' for each in phrases))
    if isinstance(node, And) and denied and 2 * len(denied) < len(node.nodes):
        for no, word in reversed(denied):
            text = f"{text[: no.start]}-{word.text}{text[word.end :]}"
        yield text, "; ".join(UNSAID.format(no.text, word.text, word.text) for no, word in denied)
    asked = text.rstrip(" ?")
    if isinstance(node, Wildcard) and text.endswith("?") and not {"?", "*"} & set(asked):
        yield asked, UNLIKE.format(text.strip(), asked.strip())
    if isinstance(node, Word | Code) and _BEGINNING.fullmatch(node.text):
        yield f"{node.text}*", BEGUN.format(node.text)
