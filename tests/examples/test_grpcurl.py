from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from fences import blocks
from inquit._gen.inquit.v1 import inquit_pb2
from service_process import PATIENCE, ServiceProcess

_ROOT = Path(__file__).resolve().parents[2]
_COMMANDS = [
    command
    for block in blocks(_ROOT / "examples" / "grpcurl.md")
    if block.language == "sh"
    for command in re.split(r"^(?=grpcurl |jq )", block.code, flags=re.MULTILINE)
    if command
]
_METHODS = inquit_pb2.DESCRIPTOR.services_by_name["QuoteService"].methods_by_name


def _requests(command: str) -> list[str]:
    """Return the messages that the command sends, as JSON."""
    if "<<'END'" in command:
        return command.partition("<<'END'\n")[2].partition("\nEND")[0].splitlines()
    return re.findall(r"-d '(\{.*\})'", command)


@pytest.mark.parametrize("command", _COMMANDS, ids=range(len(_COMMANDS)))
def test_commands_fit_the_contract(command: str) -> None:
    """Each command names methods, messages and files that there are, and sends messages of the method."""
    for service, name in re.findall(r"(inquit\.v1\.QuoteService)/(\w+)", command):
        assert service == inquit_pb2.DESCRIPTOR.services_by_name["QuoteService"].full_name
        for message in _requests(command):
            kind: Any = getattr(inquit_pb2, _METHODS[name].input_type.name)
            assert json_format.Parse(message, kind()) != kind()
    for file in re.findall(r"-proto (\S+)", command):
        assert (_ROOT / "proto" / file).is_file()
    if made := re.search(r"jq -Rs '(\{.*\})'", command):
        written = re.sub(r"(\w+):", r'"\1":', made[1]).replace(": .}", ': "a"}')
        assert json_format.ParseDict(json.loads(written), inquit_pb2.ExtractRequest()).options.kinds


def test_commands_are_found() -> None:
    """The rule that finds commands and what they send does find them."""
    assert len(_COMMANDS) > 8
    assert sum(len(_requests(command)) for command in _COMMANDS) >= 5


@pytest.mark.blackbox
@pytest.mark.parametrize(
    "symbol", ["inquit.v1.QuoteService", "inquit.v1.ExtractOptions", "google.rpc.BadRequest"]
)
def test_reflection_tells_what_grpcurl_asks(service: ServiceProcess, symbol: str) -> None:
    """The service describes its methods, its messages and the details of its errors to tools."""
    request = reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol)
    with grpc.insecure_channel(service.address) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        [answer] = stub.ServerReflectionInfo(iter([request]), timeout=PATIENCE)
    [raw] = answer.file_descriptor_response.file_descriptor_proto[:1]
    file = FileDescriptorProto.FromString(raw)
    names = {one.name for one in file.service} | {one.name for one in file.message_type}
    assert f"{file.package}.{symbol.rpartition('.')[2]}" == symbol
    assert symbol.rpartition(".")[2] in names


def test_the_proto_files_of_google_are_unchanged() -> None:
    """What is copied from googleapis is what the installed package of it has, byte for byte."""
    from google import rpc

    [folder] = rpc.__path__
    for path in (_ROOT / "proto" / "google" / "rpc").iterdir():
        assert path.read_bytes() == (Path(folder) / path.name).read_bytes()
