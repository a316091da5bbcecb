"""Fields inside of a line: a label, a colon and a value, several in a row. The label says what kind the value is.

Longer than `forms` in what counts as a label (any words that name a kind of detail), shorter in where it looks: only in
front of a colon, at the begin of a line, a cell, a sentence or behind a comma.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from qupia_redaction.model import Category
from qupia_redaction.nlp.rows import Rows
from qupia_redaction.recognizers.columns import CLASSES, kind_of, parts_of
from qupia_redaction.recognizers.finding import Finding

_LABEL = regex.compile(
    r"(?:(?<=\n)|\A|(?<=[.;,)]\s)|(?<=\s\s)|(?<=\|\s))[ \t]*(?:[0-9]{1,2}[.)]\s?)?"
    r"(?P<label>[^\W\d_][^:\n|;]{1,58}?)\s?:(?=\s|$)",
    regex.M,
)
_SENTENCE = regex.compile(r"(?<=[^\W\d_]{4}|[0-9)»])[.;](?=\s+[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ0-9])|\s{3,}|\|")
_NO_LABEL = re.compile(
    r"(?<!\w)(?:решил|постанов\w+|установ\w+|приказыв\w+|слушали|выступили|шешті|бұйырамын|анықтады|вопрос|ответ|"
    r"основание|негіз\w*|утвержд\w*|соглас\w+)(?!\w)",
    re.I,
)
_WORDS = 7


def labelled_findings(rows: Rows) -> Iterator[Finding]:
    """Yield the values of labelled fields whose label names a private kind."""
    for row in rows.rows:
        for cell in row.cells:
            yield from _fields(rows.text, cell.start, cell.end)


def _fields(text: str, start: int, end: int) -> Iterator[Finding]:
    labels = list(_LABEL.finditer(text, start, end))
    for number, match in enumerate(labels):
        label = match.group("label")
        if len(label.split()) > _WORDS or kind_of(label) == "pay" or _NO_LABEL.search(label):
            continue
        stop = labels[number + 1].start() if number + 1 < len(labels) else end
        cut = _SENTENCE.search(text, match.end(), stop)
        value = text[match.end() : cut.start() if cut else stop].rstrip(" ,;.")
        lead = len(value) - len(value.lstrip())
        for a, b, category in parts_of(value[lead:], kind_of(label)):
            if category is not Category.ADDRESS:
                begin, told = match.end() + lead, CLASSES.get(kind_of(label), frozenset())
                yield Finding(begin + a, begin + b, category, 0.75, "labelled_field", classes=told)
