"""Give memory back to the system between steps: what the allocator keeps for later counts as the worker's."""

from __future__ import annotations

import ctypes
import resource
from pathlib import Path

_LIBC = ctypes.CDLL(None)
_SPARE = 48 << 20
"""What may be kept for the next step: to fetch a page of pixels from the system anew is a tenth of a sparse page."""
_RESIDENT = Path("/proc/self/statm")


class Heap:
    """The memory of this process beside what it held when it last gave some back.

    Args:
        spare: bytes that it may hold besides.
    """

    def __init__(self, spare: int = _SPARE) -> None:
        self._spare = spare
        self._held = 0

    def give_back(self) -> bool:
        """Return what is free to the system if that may be much (glibc; a no-op elsewhere); tell whether it did."""
        if not hasattr(_LIBC, "malloc_trim") or _resident() - self._held < self._spare:
            return False
        _LIBC.malloc_trim(0)
        self._held = _resident()
        return True


_HEAP = Heap()  # a process has one


def give_back() -> None:
    """Return what is free to the system, if that may be much; takes milliseconds, so once a step, not a call."""
    _HEAP.give_back()


def _resident() -> int:
    return int(_RESIDENT.read_text("ascii").split()[1]) * resource.getpagesize()
