"""A draft in the shadow: decided on live traffic, counted, without a say in any answer; each process follows."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qupia_client import Client, PolicyShadow, Refused
from qupia_client.enums import AuditEvent, RefusalReason
from qupia_policies.bundle import default_bundle_dir
from qupia_policies.desk import Desk
from qupia_policies.loader import read_folder
from qupia_server.errors import ConfigurationError
from qupia_server.ledger.entry import Event
from tests.support.live import OWNER, LightRedactor, Live, live, own_data, prepare, settings_of
from tests.unit.server.app.test_policy_watch import forged

PATIENCE = 30.0
"""How long a busy machine may take to count; no test measures it."""
OVERLAY = """archive: test-archive
rules:
  - id: test-archive-hides-addresses
    effect: tighten
    actions: [read]
    kinds: "*"
    grounds: [own_data]
    obligations: {profile: R5}
    legal_basis: Order No. 7
    title: {kk: а, ru: б, en: c}
    reason:
      officer: {kk: а, ru: б, en: c}
      requester: {kk: а, ru: б, en: c}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    Desk.open_served(folder / "desk", default_bundle_dir())
    return folder


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Live]:
    settings = settings_of(home, policies=str(home / "desk"))
    prepare(settings)
    with live(settings, LightRedactor().started) as running:
        yield running


@pytest.fixture
def author(server: Live) -> Iterator[Client]:
    with server.client("officer:aliya", "policy_author") as client:
        yield client


def stricter() -> dict[str, bytes]:
    return {**read_folder(default_bundle_dir()), "overlays/test.yaml": OVERLAY.encode()}


def drafted(author: Client, files: dict[str, bytes]) -> str:
    name = author.policies.create(files, "shadow").name
    assert author.policies.check(name).step.passed
    assert author.policies.test(name).step.passed
    return name


def when(read: Callable[[], PolicyShadow], enough: Callable[[PolicyShadow], bool]) -> PolicyShadow:
    """Look until it is so, or give up and show the last look."""
    until = time.monotonic() + PATIENCE
    found = read()
    while not enough(found) and time.monotonic() < until:
        time.sleep(0.05)
        found = read()
    return found


def counted(found: PolicyShadow) -> int:
    return found.comparison.total_count if found.comparison else 0


def test_differences_are_counted_and_no_answer_changes(server: Live, author: Client) -> None:
    assert author.policies.shadow_report().policy_draft == ""
    with server.client() as owner:
        before = owner.check(**own_data()).decision
        name = drafted(author, stricter())
        assert author.policies.shadow(name).step.passed is None
        assert author.policies.desk().shadow_draft == name
        during = [owner.check(**own_data()).decision for _ in range(3)]
    assert during == [before] * 3, "a shadow has no say"
    found = when(author.policies.shadow_report, lambda one: counted(one) >= 3)
    comparison = found.comparison
    assert comparison is not None
    assert (found.policy_draft, comparison.total_count) == (name, 3)
    assert (comparison.loss_count, comparison.gain_count, comparison.same_count) == (3, 0, 0)
    assert ("archive", "test-archive", 3) in {(one.dimension, one.value, one.loss_count) for one in comparison.tallies}
    assert (comparison.old_bundle, comparison.new_bundle) == (before.bundle, author.policies.draft(name).bundle)


def test_what_is_recorded_names_no_person_and_no_document(server: Live, author: Client) -> None:
    author.policies.shadow(drafted(author, stricter()))
    with server.client() as owner:
        owner.check(**own_data())
    found = when(author.policies.shadow_report, lambda one: counted(one) > 0)
    assert found.comparison is not None
    tallies = found.comparison.tallies
    said = json.dumps([[one.dimension, one.value] for one in tallies])
    assert "test-archive" in said
    assert OWNER not in said
    assert "doc-1" not in said
    assert all(one.examples == () for one in tallies)


def test_only_what_passed_its_cases_may_stand_in_the_shadow(author: Client) -> None:
    name = author.policies.create(stricter(), "untested").name
    with pytest.raises(Refused) as refused:
        author.policies.shadow(name)
    assert refused.value.details.metadata["fault"] == "NOT_CHECKED"


def test_it_ends_when_it_is_ended_and_then_nothing_stands_in_the_way(server: Live, author: Client) -> None:
    author.policies.shadow(drafted(author, stricter()))
    recorded = len(server.entries())
    done = author.policies.shadow(None)
    assert done.draft is None
    assert server.entries()[recorded].draft.event is Event.POLICY_CHANGE
    assert author.policies.desk().shadow_draft == ""
    assert author.policies.shadow_report() == PolicyShadow("", None, None)


def test_what_was_asked_of_the_server_is_replayed_without_bringing_facts(server: Live, author: Client) -> None:
    name = drafted(author, stricter())
    with server.client() as owner, server.client("person:stranger") as stranger:
        for _ in range(3):
            owner.check(**own_data())
        stranger.check(**own_data())
    kept = server.settings.home / "desk" / "facts"
    until = time.monotonic() + PATIENCE
    while sum(file.read_text().count("\n") for file in kept.glob("*.jsonl")) < 4 and time.monotonic() < until:
        time.sleep(0.05)
    assert OWNER not in "".join(file.read_text() for file in kept.glob("*.jsonl"))
    found = author.policies.replay(name, days=1, max_losses=2)
    assert found.step.passed is False
    assert found.comparison is not None
    assert found.comparison.loss_count >= 3
    assert found.comparison.total_count == found.comparison.loss_count + found.comparison.same_count


def test_two_processes_serve_one_revision_within_the_stated_delay(server: Live, home: Path, tmp_path: Path) -> None:
    """A second server on the same desk: what the first one's officers put in force comes into force there, too."""
    settings = settings_of(tmp_path, policies=str(home / "desk"), desk_recorded_elsewhere=True)
    prepare(settings)
    files = read_folder(default_bundle_dir())
    files["bundle.yaml"] = re.sub(rb"(?m)^title: .*$", b"title: both", files["bundle.yaml"])
    with (
        live(settings, LightRedactor().started) as second,
        server.client("officer:aliya", "policy_author") as author,
        server.client("officer:bolat", "policy_approver") as approver,
        second.client("officer:saule", "auditor") as looker,
    ):
        delay = looker.policies.desk().max_delay
        name = drafted(author, files)
        author.policies.replay(name, [], min_replayed=0)
        approver.policies.approve(name)
        wanted = approver.policies.activate(name).step.bundle
        until = time.monotonic() + PATIENCE
        while looker.policies.desk().serving_bundle != wanted and time.monotonic() < until:
            time.sleep(0.05)
        desk = looker.policies.desk()
        assert desk.active is not None
        assert (desk.active.bundle, desk.serving_bundle, delay) == (wanted, wanted, 2.0)
        assert looker.active_bundle().name == wanted
        with second.client() as owner:
            assert owner.check(**own_data()).decision.bundle == wanted, "each answer says which"


def test_a_forged_desk_is_not_served_and_said_so_while_documents_go_on(tmp_path: Path) -> None:
    """Whoever holds the desk's folder writes a log that holds together: the audit log does not know its steps."""
    desk = tmp_path / "desk"
    Desk.open_served(desk, default_bundle_dir())
    settings = settings_of(tmp_path / "home", policies=str(desk))
    prepare(settings)
    with live(settings, LightRedactor().started) as server, server.client("officer:saule", "auditor") as looker:
        before = looker.policies.desk()
        assert before.trouble is RefusalReason.UNSPECIFIED
        forged(desk, stricter())
        until = time.monotonic() + PATIENCE
        while (found := looker.policies.desk()).trouble is RefusalReason.UNSPECIFIED and time.monotonic() < until:
            time.sleep(0.05)
        assert (found.trouble, found.serving_bundle) == (RefusalReason.DESK_DIFFERS, before.serving_bundle)
        with server.client() as owner:
            assert owner.check(**own_data()).decision.bundle == before.serving_bundle
        refused = next(one for one in looker.audit_entries() if one.reason is RefusalReason.DESK_DIFFERS)
        assert (refused.event, found.active) == (AuditEvent.POLICY_LOAD, looker.policies.desk().active)
    with pytest.raises(ConfigurationError), live(settings, LightRedactor().started):
        pass


def test_without_a_shadow_the_bundle_decides_alone(home: Path) -> None:
    """The stream's hot path finds nobody who takes note of it."""
    from tests.unit.server.app.test_policy_watch import World

    world = World(home / "desk")
    assert world.book.current().observers == ()
    world.book.begin_shadow(1, default_bundle_dir())
    assert len(world.book.current().observers) == 1
    world.book.end_shadow()
    assert world.book.current().observers == ()
