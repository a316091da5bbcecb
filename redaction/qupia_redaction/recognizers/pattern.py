"""Pattern recognizers out of `patterns.yaml`: presidio's frame, with a time limit that refuses instead of skipping.

Input is text of foreign documents: a pattern that runs too long is an attack or a fault, and a skipped pattern is a
detail that was not looked for. Limit: 20 s a pattern for one document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import regex
import yaml
from presidio_analyzer import AnalysisExplanation, EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Category
from qupia_redaction.nlp.shown import Shown
from qupia_redaction.recognizers.checks import CHECKS
from qupia_redaction.recognizers.guards import Guarded, Guards, Index

ANALYSIS_LANGUAGE = "mul"
"""The one language name that presidio knows here: languages change by line, inside the engine."""

_SECONDS = 20.0
_TWINS = dict(zip("әіңғүұқөһӘІҢҒҮҰҚӨҺ", "аингуукохАИНГУУКОХ", strict=True))
_FLAGS = regex.MULTILINE | regex.VERSION1


@dataclass(frozen=True, slots=True)
class Definition:
    """One entry of `patterns.yaml`.

    Attributes:
        name: recognizer name, stands in `Detail.found_by`.
        category: what its findings are.
        patterns: presidio patterns with scores.
        context: word beginnings nearby that raise the score by 0.5.
        check: name of a check digit rule, or None.
        needs: by name of a pattern: texts without any of these are not searched for it, as it cannot match there.
    """

    name: str
    category: Category
    patterns: tuple[Pattern, ...]
    context: tuple[str, ...] = ()
    check: str | None = None
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class CheckedPatternRecognizer(PatternRecognizer):
    """A pattern recognizer whose check only raises scores and whose timeout refuses the document.

    Args:
        definition: what it looks for.
        index: of the demands of all recognizers' patterns.

    Attributes:
        told: its patterns.
        guards: the same, as they are run.
    """

    def __init__(self, definition: Definition, index: Index | None = None) -> None:
        super().__init__(
            supported_entity=definition.category.value,
            name=definition.name,
            supported_language=ANALYSIS_LANGUAGE,
            patterns=list(definition.patterns),
            context=list(definition.context),
        )
        self._check = CHECKS[definition.check] if definition.check else None
        self.told = definition.patterns
        self.guards = Guards([regex.compile(p.regex, flags=_FLAGS) for p in definition.patterns], _SECONDS, index)
        self._needs = definition.needs

    def analyze(
        self,
        text: str,
        entities: Sequence[str],
        nlp_artifacts: Any = None,
        regex_flags: int | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Find all matches of all patterns; scores below the threshold wait for context.

        Raises:
            RedactionRefused: TIME_LIMIT when a pattern runs over its limit.
        """
        if self.supported_entities[0] not in entities:
            return []
        shown: Shown = nlp_artifacts.shown if nlp_artifacts is not None else Shown(text)
        try:
            return [
                r
                for number, guarded in self.guards.open(shown)
                if self._needed(text, self.told[number].name)
                for r in self._matches(shown, self.told[number], guarded)
            ]
        except TimeoutError as error:
            raise RedactionRefused(RefusalCode.TIME_LIMIT) from error

    def _needed(self, text: str, name: str) -> bool:
        return name not in self._needs or any(shown in text for shown in self._needs[name])

    def _matches(self, shown: Shown, pattern: Pattern, guarded: Guarded) -> list[RecognizerResult]:
        found = []
        for match in guarded.finditer(shown):
            start, end = match.span()
            if start < end:
                passed = self._check is not None and self._check(match.group())
                found.append(result(self, (start, end), 1.0 if passed else pattern.score, pattern.name))
        return found


def result(
    recognizer: EntityRecognizer, span: tuple[int, int], score: float, why: str, entity: str | None = None
) -> RecognizerResult:
    """Build a presidio result that says which recognizer and pattern made it."""
    name = str(recognizer.to_dict()["name"])
    return RecognizerResult(
        entity_type=entity or recognizer.supported_entities[0],
        start=span[0],
        end=span[1],
        score=score,
        analysis_explanation=AnalysisExplanation(name, score, pattern_name=why),
        recognition_metadata={
            RecognizerResult.RECOGNIZER_NAME_KEY: name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recognizer.id,
        },
    )


def load_recognizers() -> list[CheckedPatternRecognizer]:
    """Read `patterns.yaml` of this package and compile every recognizer in it."""
    source = resources.files(__package__).joinpath("patterns.yaml").read_text("utf-8")
    document = yaml.safe_load(source)
    words = {name: value.strip() for name, value in document["words"].items()}
    index = Index()
    return [CheckedPatternRecognizer(_definition(entry, words), index) for entry in document["recognizers"]]


def _definition(entry: dict[str, Any], words: dict[str, str]) -> Definition:
    patterns = tuple(
        Pattern(name, _expand(spec["regex"], words), spec["score"]) for name, spec in entry["patterns"].items()
    )
    return Definition(
        name=entry["name"],
        category=Category(entry["category"]),
        patterns=patterns,
        context=tuple(entry.get("context", ())),
        check=entry.get("check"),
        needs={name: tuple(spec["needs"]) for name, spec in entry["patterns"].items() if "needs" in spec},
    )


def _expand(pattern: str, words: dict[str, str]) -> str:
    """Put the shared fragments in place of `<name>`; fragments may hold fragments."""
    for _ in range(4):
        for name, value in words.items():
            pattern = pattern.replace(f"<{name}>", f"(?:{value})")
    return typewritten(pattern.strip())


def typewritten(pattern: str) -> str:
    """Return a pattern in which every Kazakh letter outside of a class also stands for the typewriters' Russian one."""
    shown, inside = [], False
    for at, letter in enumerate(pattern):
        escaped = at > 0 and pattern[at - 1] == "\\"
        inside = (inside or letter == "[") and not (letter == "]" and not escaped) if not escaped else inside
        twin = _TWINS.get(letter)
        shown.append(f"[{letter}{twin}]" if twin and not inside else letter)
    return "".join(shown)
