"""Word lists in a folder of this machine: of all archives, of one archive, and down to one case.

`hide.txt` and `keep.txt` may lie in the folder itself and in folders below it that are named as the document lies:
archive, fonds, opis, item (`kz-cga/12/3/45`; a slash in an id is a dash in a folder's name). Names of folders are
compared with ids as the rules' places are, and only names that the folder itself gives are opened, so that no id leads
out of it. All lists on the way apply together. A list that cannot be read or has a fault refuses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from qupia_policies.places import folded
from qupia_redaction.model import ListKind, WordList
from qupia_redaction.terms.wordlists import WordListFault, word_list
from qupia_server.disclosure.order import CannotFulfil
from qupia_server.disclosure.records import ArchiveCipher
from qupia_server.telemetry import Telemetry


class FolderWordLists:
    """Lists below one folder; a changed file counts from the next request on.

    Args:
        folder: absolute; must be there, so that a disk that is away is no empty list.
        telemetry: is told of lists that cannot be used.
    """

    def __init__(self, folder: Path, telemetry: Telemetry) -> None:
        self._folder = folder
        self._telemetry = telemetry

    async def of(self, cipher: ArchiveCipher) -> tuple[WordList, ...]:
        """Return the lists of a document.

        Raises:
            CannotFulfil: a list cannot be used.
        """
        return await asyncio.to_thread(self._read, cipher)

    def _read(self, cipher: ArchiveCipher) -> tuple[WordList, ...]:
        try:
            return tuple(_lists(self._folder, (cipher.archive, cipher.fonds, cipher.opis, cipher.item)))
        except (OSError, WordListFault) as error:
            self._telemetry.alarm("word_list", error=type(error).__name__)
            raise CannotFulfil from error


def _lists(folder: Path, way: tuple[str, ...]) -> Iterator[WordList]:
    children = list(folder.iterdir())
    for child in sorted(children):
        if child.name in _FILES:
            told = child.stat()
            yield _listed(_FILES[child.name], child, (told.st_ino, told.st_mtime_ns, told.st_size))
    for child in sorted(children) if way and folded(way[0]) else ():
        if folded(child.name) == folded(way[0]).replace("/", "-") and child.is_dir():
            yield from _lists(child, way[1:])


_FILES = {f"{kind.value}.txt": kind for kind in ListKind}


@lru_cache(maxsize=256)
def _listed(kind: ListKind, path: Path, _state: tuple[int, int, int]) -> WordList:
    """Return a list, read once as long as its file looks the same; workers hold the bytes against the digest."""
    return word_list(kind, path)


class NoWordLists:
    """The lists of a server that has none."""

    async def of(self, _cipher: ArchiveCipher) -> tuple[WordList, ...]:
        """Return nothing."""
        return ()
