"""What taggers take for persons though no name is there: towns, labels cut short, references.

Only names that nothing but a tagger saw are asked, and only where their form is no surname's: who bears the name of a
town is told by an initial, another name beside it, or a label.
"""

from __future__ import annotations

import re

from qupia_redaction.nlp.gazetteer import given_names, towns
from qupia_redaction.nlp.keys import key
from qupia_redaction.nlp.shapes import shape
from qupia_redaction.recognizers.finding import Finding

_BY_TAGGER = frozenset({"tagged_names", "ner_names"})
_WORD = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")
_BESIDE = re.compile(
    r"[ ](?:[^\W\d_]\.|[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][^\W\d_]*(?:ов|ев|ин|ова|ева|ина|ұлы|қызы|улы|кызы|вич|вна)(?!\w))"
)
_INITIAL_AHEAD = re.compile(r"[^\W\d_]\.\s?\Z")
_CUT_SHORT = re.compile(r"\.(?:\s?:|[ ][a-zа-яёәіңғүұқөһ])")
_OPENS = re.compile(r"(?:\A|\n|\|[ ]?|[.;][ ]|\t|[ ]{3})\Z")
_NUMBERED = re.compile(r"(?<!\w)[0-9]{1,2}[.)][ ]?\Z")
_ENDS = re.compile(r"[бвгджзйклмнпрстфхцчшщғқңһ]\Z", re.I)
_CONSONANTS = re.compile(r"[бвгджзйклмнпрстфхцчшщғқңһ]{2}\Z", re.I)
_SHORT = 4
_REFERENCE = re.compile(r"(?:См|Ср|Қар|Қараңыз|See|Cf)\.?[ ][^\n]{2,20}")
_ARCHIVE = re.compile(r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]{2,8}")


def is_no_name(text: str, name: Finding) -> bool:
    """Tell whether what a tagger took for a person is a town, a label cut short or a reference to an archive."""
    shown = text[name.start : name.end]
    if _refers(shown):
        return True
    by_tagger = name.found_by in _BY_TAGGER
    return by_tagger and (_is_town(text, name, shown) or _is_cut_short(text, name, shown))


def _is_town(text: str, name: Finding, shown: str) -> bool:
    if not _WORD.fullmatch(shown) or shape(shown).surname or shape(shown).patronymic or shape(shown).given:
        return False
    folded = key(shown)
    if not towns().find(folded) or any(key(given.name) == folded for given in given_names().find(folded)):
        return False
    ahead = text[max(0, name.start - 3) : name.start]
    return not (_BESIDE.match(text, name.end) or _INITIAL_AHEAD.search(ahead))


def _is_cut_short(text: str, name: Finding, shown: str) -> bool:
    """Tell whether a lone word opens a field and ends in consonants and a stop: `Национ. татарин`, `Сопутств.:`."""
    if not (_WORD.fullmatch(shown) and _CUT_SHORT.match(text, name.end)) or shape(shown).part or shape(shown).surname:
        return False
    ahead = text[max(0, name.start - 4) : name.start]
    if _NUMBERED.search(ahead):
        return len(shown) > _SHORT and _ENDS.search(shown) is not None
    return _CONSONANTS.search(shown) is not None and _OPENS.search(ahead) is not None


def _refers(shown: str) -> bool:
    """Tell whether a name is a reference to an archive: `См. ГАРФ`."""
    return _REFERENCE.fullmatch(shown) is not None and _ARCHIVE.fullmatch(shown.rsplit(maxsplit=1)[-1]) is not None
