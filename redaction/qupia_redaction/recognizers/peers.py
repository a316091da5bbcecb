"""Names by their company: what stands alone and with a capital among names of a list is a name too.

Nobody lists every name: a register goes on with `5) Ығылман, 1905`, a mother with `Рамзан (1931), Хеда (1936), Лорса`.
Two kinds of lists are read: entries of a register, one a row, and names between commas. A word counts only where most
of its company are names told otherwise, so that hostile input gains nothing but needless marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qupia_redaction.model import Category
from qupia_redaction.nlp.morphology import meaning
from qupia_redaction.nlp.rows import Rows
from qupia_redaction.nlp.shapes import shape
from qupia_redaction.recognizers.finding import Finding, Ranges
from qupia_redaction.recognizers.offices import is_office

_UPPER = "A-ZА-ЯЁӘІҢҒҮҰҚӨҺ"
_CAP = rf"[{_UPPER}][а-яёәіңғүұқөһa-z’'-]{{2,24}}"
_INITIAL = rf"[{_UPPER}]\.[ ]?"
_ENTRY = re.compile(
    r"\W{0,3}(?:№[ ]?)?[0-9]{1,4}(?:[.)|]+[ ]{0,3}|[ ]?\|[ ]?|[ ]{1,4})(?=\w)|[ ]{0,4}[•▪●*–—-][ ](?=\w)"
)
_HEAD = re.compile(rf"{_CAP}(?:[ ]{_CAP})?(?=[ ]?[,(|:;]|[ ]{{2}}|[ ][–—-][ ]|[ ]?\Z)")
_YEAR = r"(?:[ ]?\((?:18|19|20)[0-9]{2}\)|,?[ ](?:18|19|20)[0-9]{2}(?![0-9]))?"
_ITEM = rf"(?:{_INITIAL}){{0,2}}{_CAP}(?:[ ](?:{_CAP}|(?:{_INITIAL}){{1,2}})){{0,2}}{_YEAR}"
_AND = r"(?:,[ ]|[ ](?:и|және|мен|пен|бен)[ ]|,?[ ]?…[ ]?)"
_LIST = re.compile(rf"(?<![\w.]){_ITEM}(?:{_AND}{_ITEM}){{2,40}}")
_PART = re.compile(rf"(?:\A|{_AND})(?P<word>{_CAP})(?={_YEAR}(?:{_AND}|\Z))")
_LEAST = 3
_NEAR = 2  # rows between two entries: an entry may run over lines
_REACH = 3  # signs between the number of an entry and its name
_FOUND_BY = "propagation"


def peers(rows: Rows, names: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the names that only the names around them tell.

    Args:
        rows: of the document.
        names: of private persons.
    """
    known = Ranges((name.start, name.end) for name in names)
    yield from _in_register(rows, known)
    yield from _between_commas(rows.text, known)


def _in_register(rows: Rows, known: Ranges) -> Iterator[Finding]:
    """Yield heads of entries in registers most of whose entries begin with names."""
    for group in _registers(rows):
        named = [start for start, _ in group if any(known.touching(start, start + _REACH))]
        if len(named) < _LEAST - 1 or 2 * len(named) < len(group):
            continue
        for start, end in group:
            head = _HEAD.match(rows.text, start, end)
            if head and start not in named and _may_be_name(head.group()):
                yield Finding(*head.span(), Category.PERSON, 0.6, _FOUND_BY)


def _registers(rows: Rows) -> Iterator[list[tuple[int, int]]]:
    """Yield neighbouring entries as ranges from behind their numbers to the ends of their rows."""
    entries = []
    for number, row in enumerate(rows.rows):
        end = max(cell.end for cell in row.cells)
        mark = _ENTRY.match(rows.text, row.cells[0].start, end)
        if mark:
            entries.append((number, (mark.end(), end)))
    group = [entry for _, entry in entries[:1]]
    for (before, _), (now, entry) in pairwise(entries):
        if now - before > _NEAR:
            yield from [group] if len(group) >= _LEAST else []
            group = []
        group.append(entry)
    yield from [group] if len(group) >= _LEAST else []


def _between_commas(text: str, known: Ranges) -> Iterator[Finding]:
    """Yield the lone words of lists that hold two names at least, and more names than others."""
    for match in _LIST.finditer(text):
        told = len(list(known.touching(*match.span())))
        others = [
            (match.start() + part.start("word"), match.start() + part.end("word"))
            for part in _PART.finditer(match.group())
        ]
        unknown = [span for span in others if not any(known.touching(*span)) and _may_be_name(text[slice(*span)])]
        if told >= _LEAST - 1 and len(unknown) <= told:
            yield from (Finding(*span, Category.PERSON, 0.6, _FOUND_BY) for span in unknown)


def _may_be_name(words: str) -> bool:
    """Tell whether words with capitals are neither listed as no names, nor a place, nor an office."""
    looks = [(shape(word), meaning(word)) for word in words.split()]
    return not is_office(words) and not any((s.stop and not s.given) or m.only_place for s, m in looks)
