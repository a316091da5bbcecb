"""What a replay calls more: for each class of persons, and without a duty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qupia_policies.model import Decision, Obligations, Outcome, PersonScope, Profile, Reason
from qupia_policies.replay import compare
from qupia_policies.vocabulary import CLASSES

STRICT = Obligations(
    Profile.R3,
    frozenset({"person", "iin"}),
    duties=frozenset({"notify_subject"}),
    persons=dict.fromkeys(CLASSES, Profile.R3),
)


def _allowed(obligations: Obligations) -> Decision:
    return Decision(Outcome.ALLOW, Reason.NONE, ("a-rule",), obligations, "0" * 64, 1)


def _with(scope: PersonScope, profile: Profile) -> Obligations:
    return replace(STRICT, persons={**STRICT.persons, scope: profile})


@pytest.mark.parametrize("scope", CLASSES)
def test_a_looser_profile_of_one_class_is_a_gain(scope: PersonScope) -> None:
    """What is hidden of everybody stays the same; the rendition of this class's details does not."""
    change = compare(_allowed(STRICT), _allowed(_with(scope, Profile.R1)))

    assert change.gained == {f"{scope.value}:R1", f"{scope.value}:R2"}
    assert not change.lost
    back = compare(_allowed(_with(scope, Profile.R1)), _allowed(STRICT))
    assert (back.gained, back.lost) == (change.lost, change.gained)


def test_a_duty_that_falls_away_is_a_gain_and_one_that_is_added_none() -> None:
    free = replace(STRICT, duties=frozenset())

    assert compare(_allowed(STRICT), _allowed(free)).gained == {"without:notify_subject"}
    added = compare(_allowed(free), _allowed(STRICT))
    assert (added.gained, added.lost, added.duties) == (frozenset(), frozenset(), True)


def test_the_same_answer_is_the_same() -> None:
    assert not compare(_allowed(STRICT), _allowed(replace(STRICT)))
