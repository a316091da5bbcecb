"""The two servers of the stream benchmark, each in a process of its own: `_streams.py gate|bare FOLDER`.

`gate` is the whole server on a prepared home folder, with a light redactor that is asked once: from then on the
rendition comes from the cache. `bare` is what grpc.aio itself costs: the same bytes in 256 KiB messages that need no
serializing, behind the same kind of TLS. Each prints its port on standard output when it is ready.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from qupia_server import app
from qupia_server.app.serve import Ports, serve
from qupia_server.config import Settings
from tests.support.live import LightRedactor, settings_of

SIZE = 1 << 20
PIECE = 256 << 10
METHOD = "/bench.Bare/Stream"


def main(kind: str, home: Path) -> None:
    """Run one of the servers until SIGTERM."""
    settings = settings_of(home, listen__metrics_port=-1)
    asyncio.run(_gate(settings) if kind == "gate" else _bare(settings))


async def _gate(settings: Settings) -> None:
    def ready(ports: Ports) -> None:
        print(ports.persons, flush=True)

    await serve(settings, ready, make_redactor=LightRedactor(SIZE).started)


async def _bare(settings: Settings) -> None:
    data = os.urandom(SIZE)

    async def stream(_request: bytes, _context: object) -> AsyncIterator[bytes]:
        for offset in range(0, SIZE, PIECE):
            yield data[offset : offset + PIECE]

    handlers: dict[str, Any] = {"Stream": grpc.unary_stream_rpc_method_handler(stream)}
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Bare", handlers),))
    identity = app.make_identity(settings).server
    credentials = grpc.ssl_server_credentials([(identity.key, identity.certificate)])
    port = server.add_secure_port("127.0.0.1:0", credentials)
    await server.start()
    print(f"127.0.0.1:{port}", flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await server.stop(1)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
