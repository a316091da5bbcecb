"""Servers of several machines on one PostgreSQL, with the desk in it: one revision, ledger, replay and shadow."""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from qupia_policies.bundle import default_bundle_dir
from qupia_policies.loader import read_folder
from qupia_server import app
from qupia_server.app.policy_place import SHARED
from tests.contract.conftest import Postgres
from tests.support.live import LightRedactor, live, own_data, prepare, settings_of

PATIENCE = 60.0
"""How long a busy machine may take; no test measures it."""


def until(enough: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not enough() and time.monotonic() < end:
        time.sleep(0.02)


@pytest.mark.postgres
def test_two_machines_serve_one_revision_and_replay_what_both_were_asked(postgres: Postgres, tmp_path: Path) -> None:
    url = asyncio.run(postgres.fresh_url())
    objects = (tmp_path / "objects").as_uri()
    one, two = (
        settings_of(tmp_path / name, policies=SHARED, store__database=url, store__objects=objects)
        for name in ("one", "two")
    )
    prepare(one)
    shutil.copytree(one.home / "keys", two.home / "keys")
    asyncio.run(app.initialise(two))
    asyncio.run(app.open_shared_desk(one, None))
    files = read_folder(default_bundle_dir())
    files["bundle.yaml"] = re.sub(rb"(?m)^title: .*$", b"title: everywhere", files["bundle.yaml"])
    with (
        live(one, LightRedactor().started) as here,
        live(two, LightRedactor().started) as there,
        here.client("officer:aliya", "policy_author") as author,
        there.client("officer:bolat", "policy_approver") as approver,
        here.client("officer:saule", "auditor") as looker,
        here.client() as near,
        there.client() as far,
    ):
        name = author.policies.create(files, "everywhere").name
        assert author.policies.check(name).step.passed
        assert author.policies.test(name).step.passed
        author.policies.shadow(name)
        until(lambda: approver.policies.shadow_report().policy_draft == name)
        until(lambda: len(approver.policies.shadow_report().processes) == 2)
        near.check(**own_data())
        far.check(**own_data())
        until(lambda: sorted(o.total_count for o in looker.policies.shadow_report().processes) == [1, 1])
        assert sorted(one.total_count for one in looker.policies.shadow_report().processes) == [1, 1]
        kept = [0]

        def replayed() -> bool:
            found = author.policies.replay(name, days=1, min_replayed=2)
            kept[0] = found.step.counts["total"]
            return bool(found.step.passed)

        until(replayed)
        assert kept[0] >= 2, "both machines' facts are replayed"
        approver.policies.approve(name)
        wanted = approver.policies.activate(name).step.bundle
        assert far.check(**own_data()).decision.bundle == wanted, "who took the step serves it at once"
        until(lambda: looker.policies.desk().serving_bundle == wanted)
        assert near.check(**own_data()).decision.bundle == wanted
        assert looker.policies.desk().max_delay == 2.0
        found = looker.policies.audit()
        assert (found.differences, found.step_count) == ((), found.recorded_count + 4)
        assert approver.policies.fetch(wanted) == files
    compared = asyncio.run(app.audit_desk(two))
    assert (compared.differences, compared.unfinished) == ((), ())
