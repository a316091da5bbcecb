"""Whose detail is it? Details go to a known person where nothing else is possible; any doubt leaves them to nobody.

A form about one known person is hers altogether. Where a second private person is named, only what stands behind her
name in the same row, sentence or numbered paragraph is. What belongs to nobody is hidden: doubt never opens anything.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qupia_redaction.model import Category
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.known import KnownPersons

_OWNED = frozenset(Category) - {Category.PERSON, Category.IMAGE, Category.PASSAGE}
_SINGLE = (Category.IIN, Category.BIRTH_DATE)
_RELATIVE = re.compile(
    r"\b(?:мат[ье]р?\w*|от[е]?ц\w{0,2}|супруг\w*|жен[аыуе]|муж\w{0,2}|сын\w?|сын(?:ом|овья)|доч\w+|брат\w{0,2}|сестр\w+|"
    r"бабушк\w+|дедушк\w+|дет[ией]\w{0,2}|ребён\w+|опекун\w*|свидетел[ьяюе]\w*|представител\w+|наставник\w*|соучастник\w*|"
    r"әкесі(?!нің\s+аты)\w*|әке[мң]\w*|анасы\w*|ана[мң]\w*|шешесі\w*|жұбайы\w*|әйел(?:і|ім)\w*|күйеуі\w*|"
    r"баласы\w*|балалар\w*|ұлы|ұлым|қызы|қызым|інісі|ағасы|апасы|сіңлісі|қарындасы|қамқоршы\w*|куә(?!лі)\w*|mother|father|"
    r"wife|husband|sons?|daughters?|brothers?|sisters?|child(?:ren)?|witness|guardian)\b",
    re.I,
)
_ITEM = re.compile(r"^\W{0,2}(?:§|\d{1,3}[.)])\s", re.M)
_SENTENCE = re.compile(r"(?<=[а-яёәғқңөұүһіa-z0-9»)]{2})[.!?;](?=\s+[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ§«\"])|\n(?=[^\n]{0,40}:\s)")


def assign(text: str, findings: Sequence[Finding], known: KnownPersons) -> list[Finding]:
    """Return the findings with owners where there is no doubt.

    Args:
        text: the folded text.
        findings: settled; names carry their owners already.
        known: the persons of the catalogue.
    """
    names = [f for f in findings if f.category is Category.PERSON]
    sole = _only_person(text, findings, names, known)
    if sole is not None:
        return [_given(f, sole, known) for f in findings]
    return _by_parts(text, findings, names, known)


def _given(finding: Finding, owner: str, known: KnownPersons) -> Finding:
    """Give a finding to a person, unless it says itself whose it is."""
    foreign = finding.category is Category.IIN and known.iin_of(owner)
    if finding.person_id or foreign or not (finding.category in _OWNED or finding.category is Category.PERSON):
        return finding
    return replace(finding, person_id=owner)


def _only_person(text: str, findings: Sequence[Finding], names: Sequence[Finding], known: KnownPersons) -> str | None:
    """Return the one person whom the whole document is about.

    Every name must be hers or made of parts of her name alone, at least once in full; no relative may be mentioned;
    there may be one birth date and one IIN only.
    """
    owners = {name.person_id for name in names if name.person_id}
    if len(owners) != 1:
        return None
    owner = owners.pop()
    if not all(name.person_id or known.fits(owner, text[name.start : name.end]) for name in names):
        return None
    if _relative(text, names) or not all(_one_value(text, findings, category) for category in _SINGLE):
        return None
    return owner


def _relative(text: str, names: Sequence[Finding]) -> bool:
    """Tell whether a relative or another person is mentioned outside of the names themselves."""
    inside = [(name.start, name.end) for name in names]
    starts = [start for start, _ in inside]
    for match in _RELATIVE.finditer(text):
        at = bisect_right(starts, match.start()) - 1
        if at < 0 or inside[at][1] <= match.start():
            return True
    return False


def _one_value(text: str, findings: Sequence[Finding], category: Category) -> bool:
    """Tell whether at most one value of a category is there; a bare year says nothing new beside its date."""
    values = {re.sub(r"\D", "", text[f.start : f.end]) for f in findings if f.category is category}
    whole = {value for value in values if len(value) > 4}
    return len(whole) <= 1 and (len(values - whole) <= 1)


def _by_parts(text: str, findings: Sequence[Finding], names: Sequence[Finding], known: KnownPersons) -> list[Finding]:
    """Assign by line, sentence and numbered paragraph; the narrowest that names one person decides."""
    lines = _bounds(text, [m.start() for m in re.finditer("\n", text)])
    sentences = _bounds(text, [m.start() for m in _SENTENCE.finditer(text)])
    items = [m.start() for m in _ITEM.finditer(text)]
    paragraphs = _bounds(text, items) if items else []
    result = []
    groups = _Groups(names)
    for finding in findings:
        owner = None
        if finding.category in _OWNED and not finding.person_id:
            for bounds in (lines, sentences, paragraphs):
                owner = owner or _owner_in(text, finding, groups, _around(bounds, finding.start))
        result.append(_given(finding, owner, known) if owner else finding)
    return result


def _bounds(text: str, cuts: list[int]) -> list[int]:
    return [0, *cuts, len(text)]


def _around(bounds: list[int], at: int) -> tuple[int, int] | None:
    place = bisect_right(bounds, at)
    return (bounds[place - 1], bounds[place]) if 0 < place < len(bounds) else None


@dataclass(frozen=True, slots=True)
class _Group:
    """The names between two bounds: the one owner of them all, or None, and where the first and the last end."""

    owner: str | None
    first: int
    last: int


class _Groups:
    """The names of a text by the bounds that hold them; each pair of bounds is looked at once."""

    def __init__(self, names: Sequence[Finding]) -> None:
        self._names = sorted(names, key=lambda name: name.start)
        self._starts = [name.start for name in self._names]
        self._known: dict[tuple[int, int], _Group] = {}

    def between(self, bounds: tuple[int, int]) -> _Group:
        """Return the names that begin between two bounds."""
        if bounds not in self._known:
            here = self._names[bisect_left(self._starts, bounds[0]) : bisect_left(self._starts, bounds[1])]
            owners = {name.person_id for name in here}
            owner = next(iter(owners)) if len(owners) == 1 else None
            ends = [name.end for name in here] or [0]
            self._known[bounds] = _Group(owner, min(ends), max(ends))
        return self._known[bounds]


def _owner_in(text: str, finding: Finding, groups: _Groups, bounds: tuple[int, int] | None) -> str | None:
    """Return the owner of all names between two bounds, where the detail stands behind the last of them."""
    if bounds is None:
        return None
    group = groups.between(bounds)
    if group.owner is None or group.last > finding.start or _RELATIVE.search(text, group.first, finding.start):
        return None
    return group.owner
