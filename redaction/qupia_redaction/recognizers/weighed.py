"""What the taggers of names think of the persons in Kazakh running text: where one begins and ends, and how sure it is.

Patterns and lists hide what may be a name, and findings that touch are joined: right for hiding, but neighbours of a
name come with it, and their scores do not tell how often they are right. The taggers were trained on such texts.
For the wide findings only (`wide`): what profiles hide is not changed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from qupia_redaction.nlp.engine import Reading
from qupia_redaction.nlp.shapes import shape
from qupia_redaction.nlp.tagger import PERSON, TAGGED, Span
from qupia_redaction.recognizers.wide import PERSON as NAMED
from qupia_redaction.recognizers.wide import Entity

_WEIGHED = frozenset({"tagged_names", "ner_names", "pattern_names"})
_PASSAGES = frozenset({"HEALTH", "DEMOGRAPHIC"})
_PROSE = 60
"""A shorter line may be an entry of a form, which the taggers have not been trained on."""

_NO_PERSON = 0.1
"""A place or organisation is no person where that is less probable."""

_OTHERS = frozenset({"LOC", "ORG"})
_MARKS = " .,\n"
_PATTERN = 0.2  # of what a pattern is worth above a half


def weighed(entities: Iterable[Entity], text: str, reading: Reading) -> Iterator[Entity]:
    """Yield entities, those in Kazakh running text cut and scored as the taggers see them.

    Args:
        entities: any order.
        text: what was read.
        reading: with the taggers' spans.
    """
    view = _View(text, [s for s in reading.spans if s.source == TAGGED])
    for entity in entities:
        line = reading.line(entity.start)
        if line.language != "kk" or line.end - line.start <= _PROSE:
            yield entity
        elif entity.label == NAMED and entity.found_by in _WEIGHED:
            for part in view.without_others(entity):
                yield from view.persons(part)
        elif entity.label == NAMED:
            yield from view.persons(entity)
        elif entity.label in _PASSAGES and entity.private:
            yield from view.without_others(entity)
        elif entity.found_by != "natasha":
            yield entity


class _View:
    """What the taggers see in a text."""

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self._text = text
        self._likely = [s for s in spans if s.best and s.kind == PERSON]
        self._possible = [s for s in spans if not s.best and s.kind == PERSON]
        self._others = [s for s in spans if s.best and s.kind in _OTHERS and self._share(s.start, s.end) < _NO_PERSON]

    def without_others(self, entity: Entity) -> Iterator[Entity]:
        """Yield what is left of an entity without the places and organisations in it, which are told by themselves.

        Behind a likely person nothing is cut out: foreign surnames are taken for places.
        """
        at = entity.start
        persons = _touching(self._likely, entity.start, entity.end)
        end = persons[0].start if persons and entity.label == NAMED else entity.end
        for span in _touching(self._others, entity.start, end):
            if entity.start <= span.start and span.end <= end:
                yield from self._worded(replace(entity, start=at, end=max(at, span.start)))
                at = span.end
        yield from self._worded(replace(entity, start=at))

    def persons(self, entity: Entity) -> Iterator[Entity]:
        """Yield the likely persons inside of an entity, and its other words by themselves where they may be names."""
        seen = _touching(self._likely, entity.start, entity.end)
        if not seen:
            yield self._scored(entity)
            return
        at = entity.start
        for span in seen:
            start, end = max(at, span.start), min(span.end, entity.end)
            yield from self._beside(replace(entity, start=at, end=start))
            yield replace(entity, start=start, end=end, score=0.5 + span.score / 2)
            at = end
        yield from self._beside(replace(entity, start=at))

    def _beside(self, entity: Entity) -> Iterator[Entity]:
        """Yield what stands beside a likely person where it may be a name, too."""
        for part in self._worded(entity):
            if shape(self._text[part.start : part.end]).part or self._share(part.start, part.end):
                yield self._scored(part)

    def _worded(self, entity: Entity) -> Iterator[Entity]:
        """Yield an entity without blanks and marks at its ends, if there are words in it."""
        words = self._text[entity.start : entity.end]
        start = entity.start + len(words) - len(words.lstrip(_MARKS))
        end = start + len(words.strip(_MARKS))
        if start < end:
            yield replace(entity, start=start, end=end)

    def _scored(self, entity: Entity) -> Entity:
        """Return an entity of patterns with the score that the taggers give it."""
        if entity.found_by not in _WEIGHED:
            return entity
        share = self._share(entity.start, entity.end)
        return replace(entity, score=min(entity.score, 0.5 + share / 2 + _PATTERN * (entity.score - 0.5)))

    def _share(self, start: int, end: int) -> float:
        return max((s.score for s in _touching(self._possible, start, end)), default=0.0)


def _touching(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    return [s for s in spans if s.start < end and start < s.end]
