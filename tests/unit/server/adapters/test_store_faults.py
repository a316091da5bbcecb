"""A full disk under the object stores: `Unavailable`, and no byte of the upload stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, hashlib, os, resource, signal, sys
from pathlib import Path
from qupia_redaction.model import Report
from qupia_redaction.rendition import restore
from qupia_server.adapters.clock import SystemClock
from qupia_server.adapters.masters import ObjectMasterStore
from qupia_server.adapters.object_store import open_folder
from qupia_server.adapters.rendition_cache import CacheLimits, ObjectRenditionCache
from qupia_server.errors import Unavailable

folder = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # writing more fails, as on a full disk
data = bytes(1_000_000)

async def chunks():
    yield data

async def main():
    store = open_folder(folder)
    try:
        await ObjectMasterStore(store).put(chunks(), hashlib.sha256(data).hexdigest(), len(data))
    except Unavailable:
        print("unavailable")
    cache = ObjectRenditionCache(store, b"k" * 32, SystemClock(), CacheLimits())
    await cache.put("a" * 64, restore(data, Report(pages=1)))
    print(await cache.get("a" * 64))

asyncio.run(main())
sys.stdout.flush()
os._exit(0)  # the store's own threads may still end a failed write while the interpreter goes: that aborts now and then
"""


def test_a_full_disk_is_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "objects"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=True, timeout=60
    )
    assert [line for line in done.stdout.splitlines() if not line.startswith("20")] == ["unavailable", "None"]
    assert [path for path in folder.rglob("*") if path.is_file()] == []
