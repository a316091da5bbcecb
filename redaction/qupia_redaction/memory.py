"""Give memory back to the system between steps: what the allocator keeps for later counts as the worker's."""

from __future__ import annotations

import ctypes

_LIBC = ctypes.CDLL(None)


def give_back() -> None:
    """Return what is free to the system (glibc; a no-op elsewhere); takes milliseconds, so once a step, not a call."""
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)
