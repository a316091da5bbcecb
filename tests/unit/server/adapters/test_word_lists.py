"""The lists of a document are those of its place and of all above it; a list that cannot be used refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qupia_redaction.model import ListKind
from qupia_server.adapters.word_lists import FolderWordLists
from qupia_server.disclosure.order import CannotFulfil
from qupia_server.disclosure.records import ArchiveCipher
from qupia_server.telemetry import Telemetry

CIPHER = ArchiveCipher("kz-cga", "12", "3", "45/2", "6")


def write(folder: Path, name: str, text: str = "сөз") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


async def of(folder: Path, cipher: ArchiveCipher = CIPHER) -> list[tuple[ListKind, str]]:
    found = await FolderWordLists(folder, Telemetry()).of(cipher)
    return [(one.kind, Path(one.path).parent.relative_to(folder).as_posix()) for one in found]


async def test_lists_add_up_from_the_folder_to_the_case(tmp_path: Path) -> None:
    for name in ("hide.txt", "keep.txt", "kz-cga/hide.txt", "KZ-CGA/keep.txt", "kz-cga/12/3/45-2/hide.txt"):
        write(tmp_path, name)
    for name in ("kz-other/hide.txt", "kz-cga/12/3/46/hide.txt", "kz-cga/3/hide.txt", "kz-cga/12/notes.txt"):
        write(tmp_path, name)
    hide, keep = ListKind.HIDE, ListKind.KEEP
    assert sorted(await of(tmp_path)) == sorted(
        [(hide, "."), (keep, "."), (hide, "kz-cga"), (keep, "KZ-CGA"), (hide, "kz-cga/12/3/45-2")]
    )


@pytest.mark.parametrize("archive", ["..", "../outside", "/", "", ".", "kz-cga/../../outside"])
async def test_no_id_leads_out_of_the_folder(archive: str, tmp_path: Path) -> None:
    write(tmp_path, "outside/hide.txt")
    write(tmp_path, "hide.txt")
    (tmp_path / "lists").mkdir()
    assert await of(tmp_path / "lists", ArchiveCipher(archive, "..", "..", "outside")) == []


async def test_a_changed_list_is_another_list(tmp_path: Path) -> None:
    file = write(tmp_path, "hide.txt", "бірінші")
    lists = FolderWordLists(tmp_path, Telemetry())
    (first,) = await lists.of(CIPHER)
    file.write_text("екінші", encoding="utf-8")
    os.utime(file, ns=(1, 1))
    (second,) = await lists.of(CIPHER)
    assert first.sha256 != second.sha256


@pytest.mark.parametrize("fault", ["folder gone", "not text", "a folder"])
async def test_a_list_that_cannot_be_used_refuses(fault: str, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    if fault == "not text":
        write(folder, "hide.txt").write_bytes(b"\xff\xff")
    elif fault == "a folder":
        (folder / "keep.txt").mkdir(parents=True)
    telemetry = Telemetry()
    with pytest.raises(CannotFulfil):
        await FolderWordLists(folder, telemetry).of(CIPHER)
