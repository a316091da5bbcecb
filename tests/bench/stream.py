"""Server CPU of `Disclose` of a cached 1 MiB rendition against a bare grpc.aio stream of the same bytes.

Both servers run in processes of their own and are called in turn, one call at a time, over TLS: what is compared is
the CPU of the server process, all threads. A disclosure of the gate is a whole one: token, catalogue, two decisions,
cache look-up with its authentication, and two durable entries (the transfer and its delivery).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import psutil

from qupia.v1 import disclosure_pb2, disclosure_service_pb2
from qupia_server import app
from tests.bench import _ratio, _streams
from tests.support.live import OWNER, prepare, settings_of

CALLS, WARM_UP, ROUNDS, CLIENTS = 768, 64, 5, 16
"""Calls of a round: the system counts CPU in hundredths of a second, which must be little of it."""
LIMIT, AIM = 3.0, 2.0
STOP_SECONDS = 20
DISCLOSE = "/qupia.v1.DisclosureService/Disclose"


@dataclass(frozen=True)
class Side:
    """One of the servers: its process and how it is called."""

    process: psutil.Process
    call: Callable[[], int]

    def cpu_ms(self, calls: int, clients: int) -> float:
        """Call so often, by so many clients at once; return milliseconds of server CPU a call."""
        before = self.process.cpu_times()
        with ThreadPoolExecutor(clients) as pool:
            for received in pool.map(lambda _number: self.call(), range(calls)):
                assert received >= _streams.SIZE, "the stream ended early"
        after = self.process.cpu_times()
        return (after.user + after.system - before.user - before.system) * 1000 / calls


def run() -> Iterator[dict[str, Any]]:
    """Yield one line: the median ratio of interleaved rounds."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder) / "home"
        settings = settings_of(home)
        prepare(settings)
        bare, gate = (stack.enter_context(_side(kind, home)) for kind in ("bare", "gate"))
        for side in (bare, gate):
            side.cpu_ms(WARM_UP, CLIENTS)
        busy, alone = ([_pair(bare, gate, clients) for _ in range(ROUNDS)] for clients in (CLIENTS, 1))
    yield _ratio.at_most(
        "cached_disclosure_cpu_over_bare_stream",
        _median_ratio(busy),
        LIMIT,
        AIM,
        clients=CLIENTS,
        bare_ms=round(statistics.median(pair[0] for pair in busy), 2),
        gate_ms=round(statistics.median(pair[1] for pair in busy), 2),
        ratio_one_client=round(_median_ratio(alone), 2),
        bytes=_streams.SIZE,
    )


def _pair(bare: Side, gate: Side, clients: int) -> tuple[float, float]:
    return bare.cpu_ms(CALLS, clients), gate.cpu_ms(CALLS, clients)


def _median_ratio(pairs: list[tuple[float, float]]) -> float:
    return statistics.median(ours / theirs for theirs, ours in pairs)


@contextmanager
def _side(kind: str, home: Path) -> Iterator[Side]:
    identity = app.make_identity(settings_of(home))
    command = [sys.executable, str(Path(_streams.__file__)), kind, str(home)]
    with (
        (home / f"{kind}.log").open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            target = process.stdout.readline().strip().replace("127.0.0.1", "localhost")
            if not target:
                raise RuntimeError((home / f"{kind}.log").read_text("utf-8"))
            credentials = grpc.ssl_channel_credentials(identity.ca_certificate)
            token = identity.mint_token(OWNER, ("citizen",), "high")
            with grpc.secure_channel(target, credentials) as channel:
                yield Side(psutil.Process(process.pid), _bare(channel) if kind == "bare" else _gate(channel, token))
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _bare(channel: grpc.Channel) -> Callable[[], int]:
    stream: grpc.UnaryStreamMultiCallable[bytes, bytes] = channel.unary_stream(_streams.METHOD)
    return lambda: sum(len(message) for message in stream(b""))


def _gate(channel: grpc.Channel, token: str) -> Callable[[], int]:
    purpose = disclosure_pb2.Purpose(
        code=disclosure_pb2.PURPOSE_CODE_PROTECT_RIGHTS, ground=disclosure_pb2.GROUND_OWN_DATA
    )
    body = disclosure_service_pb2.DiscloseRequest(document="documents/doc-1", purpose=purpose).SerializeToString()
    stream: grpc.UnaryStreamMultiCallable[bytes, bytes] = channel.unary_stream(DISCLOSE)
    metadata = (("authorization", f"Bearer {token}"),)
    return lambda: sum(len(message) for message in stream(body, metadata=metadata))
