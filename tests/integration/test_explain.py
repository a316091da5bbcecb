"""An explanation over the wire is what the bundle that decided says, in the voice that may be heard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qupia_client import Forbidden, NotFound
from qupia_client.enums import ExplanationLack, ExplanationVoice, PersonScope, RedactionProfile
from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.desk import Desk
from qupia_policies.engine import PolicyEngine
from qupia_policies.explain import Voice
from qupia_policies.loader import content_version, read_folder
from qupia_policies.story import Telling, story
from qupia_policies.terms import almaty_day
from qupia_policies.wire import read_line
from qupia_server.adapters.policy_facts import kept_lines
from qupia_server.disclosure.gather import DECOY
from tests.integration.test_policy_service import FACTS
from tests.support.live import CALL_SECONDS, OWNER, LightRedactor, Live, live, own_data, prepare, settings_of

STRANGER, SAULE = "person:stranger", "officer:saule"
OTHER_WORDS = b"Other words."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home = tmp_path_factory.mktemp("home")
    Desk.open_served(home / "desk", default_bundle_dir())
    settings = settings_of(home, policies=str(home / "desk"))
    prepare(settings)
    with live(settings, LightRedactor().started) as running:
        yield running


def answered(server: Live) -> str:
    """Return the entry of a refused check: of a check it is an answer, no error."""
    with server.client(STRANGER) as client:
        receipt = client.check("doc-1", purpose="genealogy", ground="public", timeout=CALL_SECONDS).receipt
    assert receipt is not None
    return receipt.audit_entry


def changed() -> dict[str, bytes]:
    files = read_folder(default_bundle_dir())
    text = files["rules/10-public.yaml"].decode()
    old = text.split("id: deny-within-75-years")[1].split("reason:")[1].split("en: ")[1].split("\n")[0]
    files["rules/10-public.yaml"] = text.replace(old, OTHER_WORDS.decode()).encode()
    return files


def test_a_refusal_is_what_explain_says_under_the_bundle_that_decided(server: Live) -> None:
    entry = answered(server)
    with server.client(SAULE, "auditor") as officer:
        found = officer.explain(entry, language="en")
        asked = officer.explain(entry, language="en", voice="requester")
    facts = next(
        line.facts
        for text in reversed(
            kept_lines(server.settings.home / "desk" / "facts", 2, almaty_day(server.entry(entry).time))
        )
        if (line := read_line(text)).facts and line.facts.archive != DECOY.cipher.archive
    )
    assert facts is not None
    engine = PolicyEngine(load_bundle(default_bundle_dir()))
    told = story(engine, facts, Telling("en", Voice.OFFICER))
    assert found.lacks == ()
    assert [one.rule.rule for one in found.rules] == [one["id"] for one in told["rules"]]
    assert list(found.titles) == told["titles"]
    assert list(found.reasons) == told["reasons"]
    assert list(found.missing_facts) == told["missing"]
    assert found.opens_on is not None
    assert found.opens_on.isoformat() == told["opens_on"]
    nearest = [(one.rule.rule, list(one.failed_conditions), list(one.missing_facts)) for one in found.nearest_rules]
    assert nearest == [(one["id"], one["failed"], one["missing"]) for one in told["nearest"]]
    assert nearest
    plain = story(engine, facts, Telling("en", Voice.REQUESTER))
    assert (list(asked.titles), list(asked.reasons)) == (plain["titles"], plain["reasons"])
    assert (asked.rules, asked.nearest_rules, asked.obligations) == ((), (), None)


def test_an_allow_tells_classes_and_duties(server: Live) -> None:
    with server.client() as owner:
        receipt = owner.check(**own_data()).receipt
    assert receipt is not None
    with server.client(SAULE, "privacy_officer") as officer:
        found = officer.explain(receipt.audit_entry, language="kk")
    assert found.obligations is not None
    assert found.obligations.person_profiles[PersonScope.REQUESTER] is RedactionProfile.R0
    assert "own-data" in {one.rule.rule for one in found.rules}


def test_a_requester_hears_the_requesters_voice_about_own_requests_alone(server: Live) -> None:
    entry = answered(server)
    with server.client(STRANGER) as client:
        found = client.explain(entry, language="en")
        assert found.voice is ExplanationVoice.REQUESTER
        assert (found.rules, found.nearest_rules) == ((), ())
        with pytest.raises(Forbidden):
            client.explain(entry, voice="officer")
    with server.client(OWNER) as other, pytest.raises(NotFound):
        other.explain(entry)


def test_another_bundle_lends_no_words_and_a_bundle_that_is_gone_is_a_named_lack(server: Live) -> None:
    entry = answered(server)
    with server.client(SAULE, "auditor") as officer:
        before = officer.explain(entry, language="en")
        with (
            server.client("officer:a", "policy_author") as author,
            server.client("officer:b", "policy_approver") as second,
        ):
            name = author.policies.create(changed(), "other words").name
            assert author.policies.check(name).step.passed
            assert author.policies.test(name).step.passed
            assert author.policies.replay(name, [FACTS]).step.passed
            second.policies.approve(name)
            second.policies.activate(name)
            assert second.active_bundle().version == content_version(changed())
        folder = server.settings.home / "desk" / "bundles" / before.bundle.rpartition("/")[2]
        folder.rename(server.settings.home / "moved")
        lacking = officer.explain(entry, language="en")
        assert lacking.lacks == (ExplanationLack.BUNDLE_GONE,)
        assert (lacking.titles, lacking.reasons, lacking.rules) == ((), (), ())
        (server.settings.home / "moved").rename(folder)
        assert officer.explain(entry, language="en") == before, "the words of the bundle that decided"
        assert OTHER_WORDS.decode() in officer.explain(answered(server), language="en").reasons
