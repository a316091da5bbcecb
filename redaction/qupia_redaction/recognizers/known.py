"""Find the persons whom the catalogue names, surely: every spelling, ending, order and break we know of.

Also decides whose name a finding is. Any doubt (a namesake, a shared surname, a word that does not fit) leaves the
finding without an owner, which hides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qupia_redaction.model import Category, KnownPerson
from qupia_redaction.nlp.keys import StemIndex, key, latin_key
from qupia_redaction.nlp.shapes import is_patronymic, shape
from qupia_redaction.nlp.words import Word
from qupia_redaction.recognizers.finding import Finding
from qupia_redaction.recognizers.names import is_initial

_WORD = re.compile(r"\w+(?:[-'’ʼ‑]\w+)*")
_NEAR = re.compile(r"[\s.,]{0,4}")
_ROOT = re.compile(r"(.{3,}?)(?:ов|ев)а?")
_CHILD = re.compile(r"(.{3,}?)(?:ули|кизи)")
_TWINS = {"0": "0ОоOoӨөQ", "1": "1lIіІ|!", "3": "3ЗзЭэ", "4": "4Чч", "6": "6бЬ", "8": "8В", "5": "5S"}


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a known name: whose, and whether it is the surname."""

    person: int
    kind: str


class KnownPersons:
    """The persons of one document, ready to be searched.

    Args:
        persons: as the catalogue gives them.
    """

    def __init__(self, persons: Sequence[KnownPerson]) -> None:
        self._persons = persons
        self._index: StemIndex[Part] = StemIndex()
        self._initials: dict[int, set[str]] = {}
        for number, person in enumerate(persons):
            self._initials[number] = set()
            for name in person.names:
                self._add(number, name.reveal())

    def names(self, text: str, words: Sequence[Word]) -> list[Finding]:
        """Return every place where a known name, or a part that can tell the person, stands."""
        if not len(self._index):
            return []
        found = []
        for chain in self._chains(text, words):
            parts = [p for w in chain for p in self.parts(w.text)]
            if _tells(chain, parts):
                end = chain[-1].end + int(is_initial(text, chain[-1]))
                found.append(Finding(chain[0].start, end, Category.PERSON, 1.0, "known_person"))
        return found

    def numbers(self, text: str) -> list[Finding]:
        """Return every place where a known IIN stands, spaced or misread."""
        found = []
        for person in self._persons:
            if person.iin is not None:
                found += [
                    Finding(*match.span(), Category.IIN, 1.0, "known_iin", person.person_id)
                    for match in _digits_pattern(person.iin.reveal()).finditer(text)
                ]
        return found

    def parts(self, word: str) -> list[Part]:
        """Return the known name parts that a word of the text can be."""
        folded = key(word)
        found = self._index.find(folded)
        if len(folded) <= 3 and found and not word[0].isupper():
            return []
        return found or self._glued(folded)

    def owner(self, text: str, words: Sequence[Word]) -> tuple[str | None, set[int]]:
        """Decide whose name the words are.

        Returns:
            The person's id when exactly one known person fits every word and the surname stands with another part;
            else None. And the numbers of persons whose surname stands here beside words that are not theirs.
        """
        fits, strangers = [], set()
        for number in range(len(self._persons)):
            kinds = [self._kind(number, w, is_initial(text, w)) for w in words]
            if "surname" in kinds and None in kinds:
                strangers.add(number)
            if None not in kinds and "surname" in kinds and len(kinds) > 1:
                fits.append(number)
        return (self._persons[fits[0]].person_id if len(fits) == 1 else None), strangers

    def lone_surname(self, words: Sequence[Word], doubted: set[int]) -> str | None:
        """Return the owner of a surname that stands alone, or None where a relative or namesake is possible."""
        if len(words) != 1:
            return None
        numbers = {p.person for p in self.parts(words[0].text) if p.kind == "surname"}
        if len(numbers) != 1 or numbers & doubted:
            return None
        return self._persons[numbers.pop()].person_id

    def iin_of(self, person_id: str) -> bool:
        """Tell whether the catalogue knows this person's IIN."""
        return any(p.person_id == person_id and p.iin is not None for p in self._persons)

    def fits(self, person_id: str, name: str) -> bool:
        """Tell whether every word of `name` is a part of this person's name, and of no other known person's."""
        words = [w for w in _WORD.findall(name) if len(w) > 1]
        owners = [{self._persons[p.person].person_id for p in self.parts(word)} for word in words]
        return bool(owners) and all(owner == {person_id} for owner in owners)

    def _kind(self, number: int, word: Word, initial: bool) -> str | None:
        if initial:
            return "initial" if key(word.text)[:1] in self._initials[number] else None
        kinds = {p.kind for p in self.parts(word.text) if p.person == number}
        for kind in ("surname", "given", "patronymic"):
            if kind in kinds:
                return kind
        return None

    def _add(self, number: int, name: str) -> None:
        words = _WORD.findall(name)
        for word, kind in _kinds(words):
            folded = key(word)
            self._initials[number] |= {folded[:1], latin_key(word)[:1]}
            if len(word) == 1:
                continue
            part = Part(number, kind)
            self._index.add_word(word, part)
            self._index.add(folded, part)
            for variant in _variants(folded, kind):
                self._index.add(variant, part)

    def _glued(self, folded: str) -> list[Part]:
        """Find a spaced-out name whose words ran together: it holds surname and another part."""
        if len(folded) < 9:
            return []
        return self._index.inside(folded) if len({p.kind for p in self._index.inside(folded)}) > 1 else []

    def _chains(self, text: str, words: Sequence[Word]) -> Iterator[list[Word]]:
        """Yield neighbouring words that one known person can own together, initials among them."""
        chain: list[Word] = []
        held: list[Part] = []
        for word in words:
            parts = self.parts(word.text)
            initial = is_initial(text, word)
            near = chain and _NEAR.fullmatch(text, chain[-1].end, word.start)
            if chain and not (near and (initial if not parts else _one_person(held, parts))):
                yield chain
                chain, held = [], []
            if parts or initial:
                chain.append(word)
                held += parts
        if chain:
            yield chain


def _one_person(held: list[Part], new: list[Part]) -> bool:
    """Tell whether the new word can belong to a person of the chain and is not a second surname."""
    owners = {p.person for p in held}
    second = all(p.kind == "surname" for p in new) and any(p.kind == "surname" for p in held)
    return not second and (not owners or bool(owners & {p.person for p in new}))


def _kinds(words: list[str]) -> Iterator[tuple[str, str]]:
    """Tell surname, given name and patronymic apart by endings, lists and order."""
    full = [w for w in words if len(w) > 1]
    patronymic = {w for w in full[1:] if is_patronymic(key(w))}
    rest = [w for w in full if w not in patronymic]
    surname = next((w for w in rest if shape(w.title()).surname), None)
    if surname is None and len(rest) > 1:
        not_given = [w for w in rest if not shape(w.title()).given]
        surname = not_given[0] if not_given else rest[0]
    for word in words:
        if word == surname or (surname is None and word in rest):
            yield word, "surname"
        else:
            yield word, "patronymic" if word in patronymic else "given"


def _variants(folded: str, kind: str) -> Iterator[str]:
    """Yield other lawful spellings of one name: `-ов` or bare root, `-ұлы`, `-қызы`, `-ова`."""
    match = _ROOT.fullmatch(folded) or _CHILD.fullmatch(folded)
    if kind == "given" or match is None:
        return
    root = match.group(1)
    yield from (root + ending for ending in ("ов", "ев", "ули", "кизи"))
    if len(root) > 4:
        yield root


def _tells(chain: list[Word], parts: list[Part]) -> bool:
    """Tell whether a chain is worth hiding: a surname or patronymic, or a capitalised given name."""
    if any(p.kind != "given" for p in parts):
        return True
    return bool(parts) and any(w.text[0].isupper() and len(w.text) > 1 for w in chain)


def _digits_pattern(iin: str) -> re.Pattern[str]:
    classes = [f"[{re.escape(_TWINS.get(d, d))}]" for d in iin]
    return re.compile(r"(?<![0-9])" + r"[\s.,_-]{0,2}".join(classes) + r"(?![0-9])")
