"""What buf cannot see, checked on the descriptors of the contract."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from google.api import field_behavior_pb2, field_info_pb2, resource_pb2
from google.protobuf.descriptor import (
    Descriptor,
    EnumDescriptor,
    FieldDescriptor,
    FileDescriptor,
    MethodDescriptor,
)

from qupia.v1 import (
    audit_pb2,
    audit_service_pb2,
    disclosure_pb2,
    disclosure_service_pb2,
    document_pb2,
    document_service_pb2,
    policy_pb2,
    policy_service_pb2,
)

FILES: list[FileDescriptor] = [
    module.DESCRIPTOR
    for module in (
        audit_pb2,
        audit_service_pb2,
        disclosure_pb2,
        disclosure_service_pb2,
        document_pb2,
        document_service_pb2,
        policy_pb2,
        policy_service_pb2,
    )
]
STREAMS = {
    "Disclose": (False, True),
    "UploadMaster": (True, False),
    "UploadPolicyDraft": (True, False),
    "DownloadPolicyBundle": (False, True),
}


def messages() -> Iterator[Descriptor]:
    """Every message of the contract, without the entries of maps."""
    for file in FILES:
        pending = list(file.message_types_by_name.values())
        while pending:
            message = pending.pop()
            pending += [nested for nested in message.nested_types if not nested.GetOptions().map_entry]
            yield message


def enums() -> Iterator[EnumDescriptor]:
    for file in FILES:
        yield from file.enum_types_by_name.values()
    for message in messages():
        yield from message.enum_types


def methods() -> Iterator[MethodDescriptor]:
    for file in FILES:
        for service in file.services_by_name.values():
            yield from service.methods


def behaviour(field: FieldDescriptor) -> set[str]:
    numbers = field.GetOptions().Extensions[field_behavior_pb2.field_behavior]
    return {field_behavior_pb2.FieldBehavior.Name(number) for number in numbers}


def resource_type(message: Descriptor) -> str:
    return str(message.GetOptions().Extensions[resource_pb2.resource].type)


def by_name(name: str) -> Descriptor:
    return next(message for message in messages() if message.name == name)


RESOURCES = [message for message in messages() if resource_type(message)]
REQUESTS = [method.input_type for method in methods()]
INNER = [message for message in messages() if not message.name.endswith("Response")]


@pytest.mark.parametrize("message", INNER, ids=lambda m: m.name)
def test_every_field_of_requests_resources_and_values_says_its_behaviour(message: Descriptor) -> None:
    silent = [field.name for field in message.fields if not behaviour(field)]
    assert silent == []


@pytest.mark.parametrize("message", REQUESTS, ids=lambda m: m.name)
def test_a_request_field_is_required_or_optional(message: Descriptor) -> None:
    wrong = [f.name for f in message.fields if len(behaviour(f) & {"REQUIRED", "OPTIONAL"}) != 1]
    assert wrong == []


def test_these_are_the_resources() -> None:
    types = {resource_type(message).removeprefix("qupia.dev/") for message in RESOURCES}
    policies = {"PolicyBundle", "PolicyDraft", "PolicyDesk", "PolicyShadow"}
    assert types == {"Document", "AuditEntry"} | policies


@pytest.mark.parametrize("message", RESOURCES, ids=lambda m: m.name)
def test_a_resource_begins_with_its_identifier(message: Descriptor) -> None:
    first = message.fields_by_number[1]
    assert (first.name, behaviour(first)) == ("name", {"IDENTIFIER"})


def test_entries_and_bundles_are_read_only() -> None:
    writable = [
        f"{message.name}.{field.name}"
        for message in (audit_pb2.AuditEntry.DESCRIPTOR, policy_pb2.PolicyBundle.DESCRIPTOR)
        for field in message.fields
        if behaviour(field) - {"IDENTIFIER", "OUTPUT_ONLY"}
    ]
    assert writable == []


def test_references_name_a_resource_that_exists() -> None:
    known = {resource_type(message) for message in RESOURCES}
    for file in FILES:
        known |= {d.type for d in file.GetOptions().Extensions[resource_pb2.resource_definition]}
    references = {
        f"{message.name}.{field.name}": field.GetOptions().Extensions[resource_pb2.resource_reference].type
        for message in messages()
        for field in message.fields
        if field.GetOptions().HasExtension(resource_pb2.resource_reference)
    }
    assert {name: kind for name, kind in references.items() if kind not in known} == {}
    assert len(references) > 10


@pytest.mark.parametrize("method", [m for m in methods() if m.name.startswith("List")], ids=lambda m: m.name)
def test_a_list_pages(method: MethodDescriptor) -> None:
    asked, given = method.input_type.fields_by_name, method.output_type.fields_by_name
    assert {"page_size", "page_token"} <= set(asked)
    assert asked["page_size"].type == FieldDescriptor.TYPE_INT32
    assert asked["page_token"].type == FieldDescriptor.TYPE_STRING
    assert "next_page_token" in given
    assert method.output_type.fields_by_number[1].is_repeated


@pytest.mark.parametrize("name", ["CreateDocument", "Disclose", "CheckAccess"])
def test_what_records_takes_a_request_id(name: str) -> None:
    method = next(method for method in methods() if method.name == name)
    field = method.input_type.fields_by_name["request_id"]
    info = field.GetOptions().Extensions[field_info_pb2.field_info]
    assert info.format == field_info_pb2.FieldInfo.Format.UUID4
    assert behaviour(field) == {"OPTIONAL"}


def test_every_create_takes_a_request_id_and_an_id() -> None:
    creates = [method for method in methods() if method.name.startswith("Create")]
    assert [m.name for m in creates if "request_id" not in m.input_type.fields_by_name] == []
    assert [m.name for m in creates if not any(f.name.endswith("_id") for f in m.input_type.fields)] == []
    assert len(creates) == 2


OFFICERS = ("officer", "author", "approver", "caller", "principal", "user", "subject")


@pytest.mark.parametrize("method", [m for m in methods() if m.containing_service.name == "PolicyService"])
def test_no_field_says_who_takes_a_step(method: MethodDescriptor) -> None:
    """The identity decides: what names an officer is told by the server only."""
    asked = [method.input_type, *(f.message_type for f in method.input_type.fields if f.message_type)]
    named = [f for message in asked for f in message.fields if f.name in OFFICERS]
    assert [f.full_name for f in named if behaviour(f) != {"OUTPUT_ONLY"}] == []


def test_get_and_create_return_the_resource_itself() -> None:
    for method in methods():
        if method.name.startswith(("Get", "Create")):
            assert method.output_type in RESOURCES, method.full_name


@pytest.mark.parametrize("method", list(methods()), ids=lambda m: m.name)
def test_only_bytes_stream(method: MethodDescriptor) -> None:
    assert (method.client_streaming, method.server_streaming) == STREAMS.get(method.name, (False, False))


@pytest.mark.parametrize("enum", list(enums()), ids=lambda e: e.name)
def test_zero_of_an_enum_is_unspecified(enum: EnumDescriptor) -> None:
    assert enum.values_by_number[0].name.endswith("_UNSPECIFIED")


@pytest.mark.parametrize(
    ("message", "field"),
    [("DiscloseRequest", "password"), ("OnBehalfOf", "requester_token"), ("ClaimedAttribute", "value")],
)
def test_secrets_go_in_only(message: str, field: str) -> None:
    descriptor = by_name(message).fields_by_name[field]
    assert "INPUT_ONLY" in behaviour(descriptor)
    assert descriptor.GetOptions().debug_redact


def test_times_end_in_time() -> None:
    wrong = [
        f"{message.name}.{field.name}"
        for message in messages()
        for field in message.fields
        if field.message_type is not None
        and field.message_type.full_name == "google.protobuf.Timestamp"
        and not field.name.endswith("_time")
    ]
    assert wrong == []


def test_a_batch_answers_each_request_by_itself() -> None:
    result = by_name("CheckAccessResult")
    assert {field.name for field in result.oneofs_by_name["result"].fields} == {"response", "status"}
    status = result.fields_by_name["status"].message_type
    assert status is not None
    assert status.full_name == "google.rpc.Status"


def test_generated_messages_carry_what_they_are_given() -> None:
    request = disclosure_service_pb2.DiscloseRequest(
        document="documents/order-17",
        purpose=disclosure_pb2.Purpose(
            code=disclosure_pb2.PURPOSE_CODE_RESEARCH, ground=disclosure_pb2.GROUND_RESEARCH
        ),
        request_id=str(uuid.UUID(int=4)),
    )
    again = disclosure_service_pb2.DiscloseRequest.FromString(request.SerializeToString())
    assert again == request
