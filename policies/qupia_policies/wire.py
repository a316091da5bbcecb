"""Facts and decisions as JSON, one a line: the form of `qupia policies decide` and `replay`.

The lines may be hostile. A line is refused, never guessed at: longer than 1 MiB, not UTF-8, not an object, a key twice,
a word that the vocabulary does not have, a number that is not whole. A refused line still gets an answer, and it is
`deny`; no more of a line than the limit is ever held.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from .engine import PolicyEngine
from .model import Action, Decision, Facts, Ground, Obligations, Reason, Value
from .schema import SIDES

MAX_LINE: Final = 1_048_576
_TOP: Final = frozenset({*SIDES, "action"})
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


class FactsRefused(Exception):
    """Refuse facts that cannot be read; `names` says which, never their values."""

    def __init__(self, *names: str) -> None:
        """Keep names."""
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input.

    Attributes:
        line_id: its `id`; empty when it has none.
        facts: what is asked; None when the line cannot be decided.
        bad: names of what is wrong with it; empty when all is well or no facts were kept.
        supplied: a server supplied the facts, all that it knew: a bundle hears of those that it declares.
    """

    line_id: str
    facts: Facts | None
    bad: tuple[str, ...] = ()
    supplied: bool = False


def raw_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines that are not blank; of one that is too long only so much that `read_line` refuses it."""
    while line := stream.readline(MAX_LINE + 1):
        rest = line
        while not rest.endswith(b"\n") and (rest := stream.readline(MAX_LINE)):
            pass
        if line.strip():
            yield line


def read_line(text: str | bytes) -> Line:
    """Read `{"id": ..., "facts": {...}}`; never raises."""
    return _line(text, bare=False)


def read_request(text: str | bytes) -> Line:
    """Read one request, as a line or as bare facts; never raises."""
    return _line(text, bare=True)


def _line(text: str | bytes, *, bare: bool) -> Line:
    name = ""
    try:
        data = _loaded(text)
        if bare and "facts" not in data:
            data = {"facts": data}
        name = _id(data.get("id", ""))
        return Line(name, None if data.get("facts") is None else read_facts(data["facts"]))
    except FactsRefused as refused:
        return Line(name, None, refused.names)


def _id(value: object) -> str:
    if isinstance(value, list | dict):
        raise FactsRefused("id")
    name = value if isinstance(value, str) else json.dumps(value)
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:  # half a character, which no answer can hold
        raise FactsRefused("id") from error
    return name


def _loaded(text: str | bytes) -> Mapping[str, Any]:
    if len(text) > MAX_LINE:
        raise FactsRefused("line too long")
    try:
        whole = text if isinstance(text, str) else text.decode("utf-8")
        data = json.loads(whole, object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise FactsRefused("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise FactsRefused("not JSON") from error
    if not isinstance(data, dict):
        raise FactsRefused("not an object")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def read_facts(data: object) -> Facts:
    """Read the facts of one request.

    Args:
        data: `{"action", "subject", "resource", "purpose", "env"}`; kind and archive stand in `resource`, the stated
            ground in `purpose`, the day in `env.today`.

    Raises:
        FactsRefused: something is unknown, of a wrong type, or absent.
    """
    if not isinstance(data, dict) or not data.keys() <= _TOP:
        raise FactsRefused("facts")
    sides = {side: _side(data, side) for side in SIDES}
    kind, archive = sides["resource"].pop("kind", None), sides["resource"].pop("archive", None)
    ground = sides["purpose"].pop("ground", None)
    if not isinstance(kind, str) or not isinstance(archive, str):
        raise FactsRefused("resource.archive" if isinstance(kind, str) else "resource.kind")
    try:
        action = Action(str(data.get("action")))
    except ValueError as error:
        raise FactsRefused("action") from error
    try:
        stated = None if ground is None else Ground(str(ground))
    except ValueError as error:
        raise FactsRefused("purpose.ground") from error
    return Facts(action, kind, archive, stated, sides)


def _side(data: Mapping[str, Any], side: str) -> dict[str, Value]:
    named = data.get(side, {})
    if not isinstance(named, dict):
        raise FactsRefused(side)
    return {name: _value(value, f"{side}.{name if _NAME.fullmatch(name) else '?'}") for name, value in named.items()}


def _value(value: object, path: str) -> Value:
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise FactsRefused(path)


def decide_line(engine: PolicyEngine, text: str | bytes) -> dict[str, Any]:
    """Decide one line of input; the answer to a line that cannot be read is `deny`."""
    line = read_line(text)
    if line.facts is None:
        bad = list(line.bad) or ["facts"]
        return refused_line(line.line_id, bad, engine.bundle.version)
    return {"id": line.line_id, **decision_json(engine.decide(line.facts))}


def refused_line(line_id: str, bad: list[str], version: str) -> dict[str, Any]:
    """Return the answer to a line that cannot be decided."""
    empty: dict[str, Any] = {"rules": [], "obligations": {}}
    return {"id": line_id, "effect": "deny", **empty, "missing": bad, "reason": Reason.BAD_FACTS, "bundle": version}


def decision_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON values; lists are sorted, so that equal decisions are equal texts."""
    answer: dict[str, Any] = {
        "effect": "allow" if decision.allowed else "deny",
        "rules": sorted(decision.rules),
        "obligations": {} if decision.obligations is None else obligations_json(decision.obligations),
        "missing": sorted(decision.missing_facts),
        "reason": decision.reason.value,
        "bundle": decision.bundle_version,
        "candidates": decision.candidates,
    }
    if decision.opens_on is not None:
        answer["opens_on"] = decision.opens_on.isoformat()
    return answer


def obligations_json(obligations: Obligations) -> dict[str, Any]:
    """Return obligations as JSON values."""
    return {
        "profile": obligations.profile.value,
        "persons": {name.value: profile.value for name, profile in obligations.persons.items()},
        "open": sorted(obligations.open_scopes),
        "hide": sorted(obligations.hide),
        "extract_only": obligations.extract_only,
        "metadata_only": obligations.metadata_only,
        "duties": sorted(obligations.duties),
        "deadlines": {
            duty: {"working_days" if deadline.working else "days": deadline.days}
            for duty, deadline in obligations.deadlines.items()
        },
    }


def facts_json(facts: Facts) -> dict[str, Any]:
    """Return facts as JSON values; the opposite of `read_facts`."""
    sides: dict[str, dict[str, Any]] = {
        side: {name: list(v) if isinstance(v, tuple) else v for name, v in facts.attributes.get(side, {}).items()}
        for side in SIDES
    }
    sides["resource"] |= {"kind": facts.kind, "archive": facts.archive}
    if facts.ground is not None:
        sides["purpose"]["ground"] = facts.ground.value
    return {"action": facts.action.value, **sides}
