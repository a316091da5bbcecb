"""What a requester hears of a refusal: the same whatever the document holds, wherever it is refused all the same.

The schema says which facts are contents of the document. A refusal is told as if the document held nothing of them;
where it would be opened then, in general words alone: of that kind of refusal all are told alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .model import Decision, Facts, Outcome, Reason, Value
from .schema import AttributeType, Schema


def ordinary(schema: Schema, facts: Facts) -> Facts:
    """Return the facts of a request as if the document held nothing of what the schema calls contents.

    What nobody has looked at stays so: that is no content, and who is refused for it may ask to have it looked at.
    """
    here = facts.attributes.get("resource", {})
    nothing: dict[str, Value] = {
        one.name: () if one.type is AttributeType.STRINGS else False
        for one in schema.attributes.values()
        if one.contents and one.name in here
    }
    if not nothing:
        return facts
    sides = {**facts.attributes, "resource": {**here, **nothing}}
    return replace(facts, attributes=sides)


def spoken(decide: Callable[[Facts], Decision], schema: Schema, facts: Facts, decision: Decision) -> Decision:
    """Return the decision in whose words a requester is told of one that was made on `facts`."""
    if decision.allowed or decision.reason is Reason.BAD_FACTS:
        return decision
    plain = decide(ordinary(schema, facts))
    return plain if not plain.allowed else in_general(decision)


def in_general(decision: Decision) -> Decision:
    """Return a refusal of which nothing is told but that it is one."""
    return Decision(Outcome.REFUSE, Reason.DENY_RULE, (), None, decision.bundle_version, 0)
