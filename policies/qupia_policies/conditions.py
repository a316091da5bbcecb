"""Compile conditions with the CEL binding and evaluate them; the only user of `cel`.

Facts are converted once a request (`Activation`) and shared by all conditions of that request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import cel

from .cel_check import Checked, ConditionRefused, check_condition
from .cel_tree import Node
from .model import Facts, Value
from .schema import SIDES, Attribute

ALWAYS: Final = "true"
"""The text of a condition that always holds."""


class ConditionError(Exception):
    """A condition failed while it ran; the decision must refuse."""


class Activation:
    """The facts of one request in CEL's own form. Says nothing about itself."""

    __slots__ = ("context", "present")

    def __init__(self, facts: Facts) -> None:
        """Convert facts; adds the engine's own attributes."""
        sides = {side: dict(facts.attributes.get(side, {})) for side in SIDES}
        sides["resource"]["kind"] = facts.kind
        sides["resource"]["archive"] = facts.archive
        if facts.ground is not None:
            sides["purpose"]["ground"] = facts.ground.value
        self.present = frozenset(f"{side}.{name}" for side, named in sides.items() for name in named)
        self.context = cel.Context({side: _celled(named) for side, named in sides.items()})

    def __str__(self) -> str:
        """Say nothing."""
        return "Activation(…)"

    __repr__ = __str__


def _celled(named: Mapping[str, Value]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in named.items()}


@dataclass(frozen=True, slots=True)
class Condition:
    """One compiled condition.

    Attributes:
        text: as written.
        paths: attributes it reads or tests.
        conjuncts: parts that `&&` joins at the top.
        tree: the condition as a tree, for what looks at rules; the engine decides by CEL.
    """

    text: str
    paths: frozenset[str]
    conjuncts: tuple[str, ...]
    tree: Node = field(repr=False, compare=False)
    _program: cel.Program = field(repr=False, compare=False)

    def holds(self, activation: Activation) -> bool:
        """Evaluate on the facts of a request.

        Raises:
            ConditionError: the evaluation failed or did not end in a boolean.
        """
        return _run(self._program, activation)

    def absent(self, activation: Activation) -> frozenset[str]:
        """Return the attributes that the failed parts name and the facts lack."""
        lacking = self.paths - activation.present
        if not lacking:
            return lacking
        failed = [part for part in self.conjuncts if not _holds(part, activation)]
        return frozenset(path for path in lacking if any(path in part for part in failed))

    def failed(self, activation: Activation) -> tuple[str, ...]:
        """Return the parts that do not hold, as written."""
        return tuple(part for part in self.conjuncts if not _holds(part, activation))

    def failures(self, activation: Activation) -> int:
        """Count what keeps the condition from holding; one absent fact counts once, however many parts ask for it."""
        lacking = self.paths - activation.present
        failed = self.failed(activation)
        return len({frozenset(path for path in lacking if path in part) or part for part in failed})


def _run(program: cel.Program, activation: Activation) -> bool:
    try:
        result = program.execute(activation.context)
    except Exception as error:  # noqa: BLE001 - the binding maps CEL errors to many Python types
        # Its texts can quote values of facts: only the type's name goes on, and the cause is cut off.
        raise ConditionError(type(error).__name__) from None
    if result is True or result is False:
        return bool(result)
    raise ConditionError("not a boolean")


@lru_cache(maxsize=4_096)
def _part(text: str) -> cel.Program:
    """Compile a part of an admitted condition; needed only when a refusal is explained."""
    return cel.compile(text)


def _holds(text: str, activation: Activation) -> bool:
    """Evaluate one part for an explanation only; a part that fails to run counts as not holding."""
    try:
        return _run(_part(text), activation)
    except (ConditionError, ValueError):
        return False


def compile_condition(text: str, attributes: Mapping[str, Attribute]) -> Condition:
    """Check a text against the schema, then compile it.

    Raises:
        ConditionRefused: see `cel_check.check_condition`; also when CEL itself refuses.
    """
    checked: Checked = check_condition(text, attributes)
    try:
        program = cel.compile(text)
    except Exception as error:  # the binding maps parse faults to several Python types
        raise ConditionRefused("CONDITION_SYNTAX", "CEL does not accept this condition.") from error
    return Condition(checked.text, checked.paths, checked.conjuncts, checked.tree, program)
