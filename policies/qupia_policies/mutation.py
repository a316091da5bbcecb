"""Prove that cases hold the rules: remove each rule, negate each condition, and see that some case turns red.

A mutant that no case notices *survives*. A change that could not be admitted at all (*stillborn*, such as `!(has(x))`
before a reading of `x`) proves nothing of the cases: it is counted apart, neither noticed nor survived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from .bundle import Bundle
from .cases import Case, CaseBench, read_cases
from .cel_check import ConditionRefused
from .cel_tree import atoms
from .conditions import ALWAYS, compile_condition
from .engine import PolicyEngine
from .rules import Rule


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change that some case must notice.

    Attributes:
        rule_id: the rule that was changed.
        change: what was done, in words.
        case_id: the case that noticed; empty when none did.
        stillborn: True when the change could not be admitted.
    """

    rule_id: str
    change: str
    case_id: str = ""
    stillborn: bool = False

    @property
    def survived(self) -> bool:
        """True when nothing noticed."""
        return not self.case_id and not self.stillborn


@dataclass(frozen=True, slots=True)
class MutationCount:
    """What came of all mutants.

    Attributes:
        noticed: mutants that some case noticed.
        survived: mutants that no case noticed.
        stillborn: changes that admission refuses, so that no case was asked.
    """

    noticed: int
    survived: int
    stillborn: int

    @classmethod
    def of(cls, found: Iterable[Mutant]) -> MutationCount:
        """Count mutants."""
        each = Counter("stillborn" if one.stillborn else "survived" if one.survived else "noticed" for one in found)
        return cls(each["noticed"], each["survived"], each["stillborn"])

    def __str__(self) -> str:
        """Return the counts in words."""
        words = f"{self.noticed} of {self.noticed + self.survived} mutants noticed"
        return f"{words}; {self.stillborn} more changes cannot be admitted and prove nothing of the cases"


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """What the cases of a bundle exercise.

    Attributes:
        rules: number of rules.
        unused_rules: rules that decide no case.
        conditions: number of parts of conditions.
        one_sided: parts that are not seen both true and false, as `rule: part`.
    """

    rules: int
    unused_rules: tuple[str, ...]
    conditions: int
    one_sided: tuple[str, ...]


def mutants(bundle: Bundle, stop: Callable[[], bool] = lambda: False) -> Iterator[Mutant]:
    """Yield every mutant with the case that noticed it.

    Args:
        bundle: a bundle whose own cases pass.
        stop: asked before each mutant; True ends the run early.
    """
    cases, _ = read_cases(bundle)
    for rule in bundle.rules:
        aimed = [case for case in cases if _aims(rule, case)]
        for change, other in _changes(rule, bundle):
            if stop():
                return
            if other is _STILLBORN:
                yield Mutant(rule.rule_id, change, stillborn=True)
            else:
                yield Mutant(rule.rule_id, change, _noticed(bundle, rule, other, aimed))


_STILLBORN = object()


def _changes(rule: Rule, bundle: Bundle) -> Iterator[tuple[str, object]]:
    yield "removed", None
    text = rule.condition.text
    if text == ALWAYS:
        yield "condition negated: true", _changed(rule, "false", bundle)
        return
    parts = list(atoms(rule.condition.tree))
    if len(parts) > 1:
        yield "whole condition negated", _changed(rule, f"!({text})", bundle)
    for part in parts:
        said = text[part.start : part.end]
        yield f"negated: {said}", _changed(rule, f"{text[: part.start]}!({said}){text[part.end :]}", bundle)


def _changed(rule: Rule, text: str, bundle: Bundle) -> object:
    try:
        return replace(rule, condition=compile_condition(text, bundle.schema.attributes))
    except ConditionRefused:
        return _STILLBORN


def _noticed(bundle: Bundle, rule: Rule, other: object, cases: list[Case]) -> str:
    kept = [item if item is not rule else other for item in bundle.rules]
    bench = CaseBench(PolicyEngine(replace(bundle, rules=tuple(item for item in kept if isinstance(item, Rule)))))
    return next((case.case_id for case in cases if bench.differences(case)), "")


def _aims(rule: Rule, case: Case) -> bool:
    facts = case.facts
    return (
        facts.action in rule.actions
        and (facts.kind in rule.kinds or "*" in rule.kinds)
        and (facts.archive in rule.archives or "*" in rule.archives)
    )


def coverage(bundle: Bundle) -> CoverageReport:
    """Tell which rules decide no case, and which parts of conditions are never seen true or never false."""
    cases, _ = read_cases(bundle)
    bench = CaseBench(PolicyEngine(bundle))
    decided = {rule_id for case in cases for rule_id in bench.engine(case).decide(case.facts).rules}
    one_sided: list[str] = []
    total = 0
    for rule in bundle.rules:
        parts = rule.condition.conjuncts if rule.condition.text != ALWAYS else ()
        seen = _seen(bench, rule, [case for case in cases if _aims(rule, case)])
        total += len(parts)
        one_sided += [f"{rule.rule_id}: {part}" for part in parts if seen.get(part, frozenset()) != {True, False}]
    unused = tuple(rule.rule_id for rule in bundle.rules if rule.rule_id not in decided)
    return CoverageReport(len(bundle.rules), unused, total, tuple(one_sided))


def _seen(bench: CaseBench, rule: Rule, cases: list[Case]) -> dict[str, frozenset[bool]]:
    seen: dict[str, frozenset[bool]] = {}
    for case in cases:
        for part, held in bench.engine(case).parts_of(rule.rule_id, case.facts).items():
            seen[part] = seen.get(part, frozenset()) | {held}
    return seen
