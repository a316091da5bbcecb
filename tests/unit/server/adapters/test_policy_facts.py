"""Facts that are kept to be replayed: what stands in them, what does not, and the bounds."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from qupia_policies.model import Action, Decision, Facts, Ground, Outcome, Reason
from qupia_policies.wire import read_line
from qupia_server.adapters import policy_facts
from qupia_server.adapters.policy_facts import KEPT, FactsKeeper, facts_under, kept_lines
from qupia_server.disclosure.gather import DECOY
from tests.support.fakes import FixedClock

TODAY = FixedClock().today()
REFUSED = Decision(Outcome.REFUSE, Reason.NO_RULE, (), None, "0" * 64, 1)


def facts(archive: str = "a-1", **purpose: str) -> Facts:
    sides = {"subject": {"role": "citizen"}, "resource": {"fonds": "12"}, "purpose": purpose, "env": {}}
    return Facts(Action.READ, "letter", archive, Ground.PUBLIC, sides)


def mark(entry_id: str) -> str:
    return hashlib.sha256(entry_id.encode()).hexdigest()


@contextmanager
def keeper(folder: Path, days: int = 30) -> Iterator[tuple[FactsKeeper, list[str]]]:
    alarms: list[str] = []
    with closing(FactsKeeper(folder, days, FixedClock(), alarms.append, mark)) as made:
        yield made, alarms


def kept(folder: Path, days: int = 1) -> list[str]:
    return kept_lines(folder, days, TODAY)


def test_what_was_decided_on_can_be_read_back_and_replayed(tmp_path: Path) -> None:
    with keeper(tmp_path / "facts") as (made, alarms):
        made.note(facts("a-1"), REFUSED)
        made.note(facts("a-2"), REFUSED)
    lines = [read_line(line) for line in kept(tmp_path / "facts")]
    assert [line.facts for line in lines] == [facts("a-1"), facts("a-2")]
    assert len({line.line_id for line in lines}) == 2
    assert alarms == []


def test_a_case_number_is_kept_as_its_being_there_and_nothing_for_documents_that_are_not(tmp_path: Path) -> None:
    with keeper(tmp_path / "facts") as (made, _):
        made.note(facts(code="court_case", case_no="7599-26-00-2/1"), REFUSED)
        made.note(facts(DECOY.cipher.archive), REFUSED)
    (line,) = kept(tmp_path / "facts")
    assert "7599" not in line
    assert json.loads(line)["facts"]["purpose"]["case_no"] == KEPT


def test_only_the_owner_of_the_process_reads_the_files(tmp_path: Path) -> None:
    with keeper(tmp_path / "facts") as (made, _):
        made.note(facts(), REFUSED, "e1")
    folder = tmp_path / "facts"
    found = [folder, *folder.rglob("*")]
    assert len(found) == 4, "the folder, a file, its index and one file in that"
    assert {path.stat().st_mode & 0o777 for path in found if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in found if path.is_file()} == {0o600}


def test_files_that_are_too_old_go_and_a_replay_looks_no_further_back_than_asked(tmp_path: Path) -> None:
    def file(days_ago: int) -> Path:
        return tmp_path / f"{TODAY - dt.timedelta(days=days_ago)}.00000000.jsonl"

    for ago in (1, 2, 3):
        file(ago).write_text(json.dumps({"id": str(ago), "facts": None}) + "\n", encoding="utf-8")
    (tmp_path / "not-ours.txt").touch()
    with keeper(tmp_path, days=3) as (made, _):
        made.note(facts(), REFUSED)
    assert not file(3).exists()
    assert (tmp_path / "not-ours.txt").exists()
    assert next(read_line(line).line_id for line in kept(tmp_path, days=2)) == "1"
    assert [read_line(line).line_id for line in kept(tmp_path, days=9)][:2] == ["2", "1"]


def test_the_newest_lines_are_replayed_and_a_broken_last_one_is_left_out(tmp_path: Path) -> None:
    rows = "".join(json.dumps({"id": str(number)}) + "\n" for number in range(5))
    (tmp_path / f"{TODAY}.00000000.jsonl").write_text(rows + '{"id": "5', encoding="utf-8")
    with mock.patch.object(policy_facts, "MAX_REPLAYED", 2):
        assert [read_line(line).line_id for line in kept(tmp_path)] == ["3", "4"]


def test_an_entry_is_found_through_the_index_and_never_by_reading_a_day(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    with keeper(folder) as (made, _):
        for number in range(300):
            made.note(facts(f"a-{number}"), REFUSED, f"{number:x}")
    with mock.patch.object(Path, "read_bytes", autospec=True, side_effect=Path.read_bytes) as reading:
        assert facts_under(folder, mark("ab"), [str(TODAY)]) == facts("a-171")
    (index,) = (call.args[0] for call in reading.call_args_list)
    assert index.parent.suffix == ".marks"
    assert index.stat().st_size < 300, "a few rows of 300"
    assert facts_under(folder, mark("ab"), [str(TODAY - dt.timedelta(days=1))]) is None
    assert facts_under(folder, "f" * 64, [str(TODAY)]) is None


def test_an_index_that_leads_elsewhere_is_not_believed_and_a_file_of_before_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    with keeper(folder) as (made, _):
        made.note(facts("a-1"), REFUSED, "e1")
        made.note(facts("a-2"), REFUSED, "e2")
    indices = {file.name: file for file in folder.glob("*.marks/*")}
    index = indices[mark("e1")[:2]]
    one, two = index.read_text(), indices[mark("e2")[:2]].read_text()
    index.write_text(f"{one.split()[0]} {two.split()[1]} {two.split()[2]}\n")
    assert facts_under(folder, mark("e1"), [str(TODAY)]) is None
    index.write_text(f"{one.split()[0]} 0 {one.split()[2]}")
    assert facts_under(folder, mark("e1"), [str(TODAY)]) is None, "a row that was cut"
    shutil.rmtree(index.parent)
    assert facts_under(folder, mark("e1"), [str(TODAY)]) == facts("a-1")


def test_a_full_file_and_a_folder_that_cannot_be_written_are_told_once_a_day(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with keeper(tmp_path / "taken") as (made, alarms):
        made.note(facts(), REFUSED)
    assert alarms == ["FileExistsError"]
    with mock.patch.object(policy_facts, "MAX_FILE_BYTES", 10), keeper(tmp_path / "facts") as (made, alarms):
        made.note(facts(), REFUSED)
    assert alarms == ["full"]
    assert kept(tmp_path / "facts") == []


def test_nobody_waits_for_a_queue_that_is_full(tmp_path: Path) -> None:
    with mock.patch.object(policy_facts, "MAX_WAITING", 0), keeper(tmp_path / "facts") as (made, _):
        made.note(facts(), REFUSED)
        assert made._waiting.empty()
