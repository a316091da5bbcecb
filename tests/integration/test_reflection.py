"""By reflection alone: a caller without any generated code of ours finds the contract on the server and calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from qupia_server.ledger.entry import Event
from qupia_server.rpc.server import SERVICES
from tests.support.live import CALL_SECONDS, LightRedactor, Live, bearer, health_stub, live, prepare, settings_of

pytestmark = pytest.mark.enable_socket

CHECK = "qupia.v1.DisclosureService", "CheckAccess"
QUESTION = {
    "document": "documents/doc-1",
    "purpose": {"code": "PURPOSE_CODE_PROTECT_RIGHTS", "ground": "GROUND_OWN_DATA"},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    settings = settings_of(tmp_path_factory.mktemp("reflection") / "home")
    prepare(settings)
    with live(settings, LightRedactor().started) as running:
        yield running


def call_by_reflection(server: Live, question: dict[str, Any]) -> dict[str, Any]:
    """Call CheckAccess with messages that are built from what the server says of itself."""
    with server.channel() as channel:
        pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        service, name = CHECK
        method = pool.FindServiceByName(service).FindMethodByName(name)
        ask, answer = (message_factory.GetMessageClass(kind) for kind in (method.input_type, method.output_type))
        call = channel.unary_unary(
            f"/{service}/{name}", request_serializer=ask.SerializeToString, response_deserializer=answer.FromString
        )
        request = json_format.ParseDict(question, ask(), descriptor_pool=pool)
        got = call(request, metadata=bearer(server.token()), timeout=CALL_SECONDS)
        return json_format.MessageToDict(got, preserving_proto_field_name=True, descriptor_pool=pool)


def test_check_access_by_reflection_alone(server: Live) -> None:
    answer = call_by_reflection(server, QUESTION)
    assert answer["decision"]["outcome"].endswith("_ALLOWED")
    assert server.entry(answer["receipt"]["audit_entry"]).draft.event is Event.PREVIEW


def test_reflection_names_all_services_and_nothing_else(server: Live) -> None:
    with server.channel() as channel:
        found = set(ProtoReflectionDescriptorDatabase(channel).get_services())
    assert found == {*SERVICES, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


def test_reflection_needs_no_token_and_gives_no_more_than_the_contract(server: Live) -> None:
    with server.channel() as channel:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
        ask = reflection_pb2.ServerReflectionRequest(file_containing_symbol="qupia_server.Nothing")
        (answer,) = stub.ServerReflectionInfo(iter([ask]), timeout=CALL_SECONDS)
    assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


def test_reflection_off(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home", listen__reflection=False)
    prepare(settings)
    with live(settings, LightRedactor().started) as server:
        with server.channel() as channel, pytest.raises(grpc.RpcError) as caught:
            ProtoReflectionDescriptorDatabase(channel).get_services()
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
        assert health(server, "") == health_pb2.HealthCheckResponse.SERVING


def health(server: Live, service: str) -> int:
    with server.channel() as channel:
        request = health_pb2.HealthCheckRequest(service=service)
        return int(health_stub(channel).Check(request, timeout=CALL_SECONDS).status)


@pytest.mark.parametrize("service", ["", *SERVICES])
def test_health_of_each_service(server: Live, service: str) -> None:
    assert health(server, service) == health_pb2.HealthCheckResponse.SERVING


def test_health_of_a_service_that_is_not_there(server: Live) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        health(server, "qupia.v1.NoService")
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_buf_curl_needs_nothing_but_the_address(server: Live) -> None:
    buf = Path(sys.executable).with_name("buf")
    command = [str(buf), "curl", "--protocol", "grpc", "--cacert", str(server.ca_file), "--data", json.dumps(QUESTION)]
    command += ["--header", f"authorization: Bearer {server.token()}"]
    command += [f"https://{server.ports.persons}/{'/'.join(CHECK)}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=CALL_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["decision"]["outcome"].endswith("_ALLOWED")
    assert server.entry(answer["receipt"]["auditEntry"]).draft.event is Event.PREVIEW
