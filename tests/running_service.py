"""A real server in this process, on a free port, with a fake extractor behind it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, cast

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from fake_extractor import FakeExtractor
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from inquit.config import ServerSettings
from inquit.service import Service

if TYPE_CHECKING:
    from inquit._gen.inquit.v1.inquit_pb2_grpc import QuoteServiceAsyncStub


@dataclass(frozen=True)
class Running:
    service: Service
    address: str
    channel: grpc.aio.Channel

    @property
    def stub(self) -> QuoteServiceAsyncStub:
        return cast("QuoteServiceAsyncStub", inquit_pb2_grpc.QuoteServiceStub(self.channel))

    @property
    def queued(self) -> int:
        """Windows that wait or run."""
        engine = self.service._servicer.engine
        assert engine is not None
        return engine.batcher.queued[0]

    async def extract(self, text: str, *, name: str = "d", **call: Any) -> pb.ExtractResponse:
        return await self.stub.Extract(request(text, name=name), **call)


@asynccontextmanager
async def serving(
    extractor: FakeExtractor, *, loaded: bool = True, **settings: Any
) -> AsyncIterator[Running]:
    """Serve until the end of the block; the settings are ServerSettings' own."""
    service = Service(ServerSettings(**({"port": 0} | settings)), lambda _: extractor.as_extractor)
    address = await service.start()
    if loaded:
        await service.load()
    # gRPC's clients refuse answers over 4 MiB unless told otherwise.
    options = (("grpc.max_receive_message_length", -1),)
    try:
        async with grpc.aio.insecure_channel(address, options=options) as channel:
            yield Running(service, address, channel)
    finally:
        await service.stop()


def request(text: str, *, name: str = "d") -> pb.ExtractRequest:
    """Return the request for one document with default options."""
    return pb.ExtractRequest(document=pb.Document(id=name, text=text))


def details(error: grpc.aio.AioRpcError) -> dict[str, Any]:
    """Return the details of a failed call by the name of their message."""
    return unpacked(status_pb2.Status.FromString(trailer(error, "grpc-status-details-bin")))


def trailer(error: grpc.aio.AioRpcError, key: str) -> Any:
    """Return one value of a failed call's trailing metadata."""
    return dict(cast("Any", error.trailing_metadata()))[key]


async def until(condition: Callable[[], bool]) -> None:
    """Let the event loop go on until it is so."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  # what is waited for announces itself to nobody
            await asyncio.sleep(0)


def unpacked(status: status_pb2.Status) -> dict[str, Any]:
    """Return the details of a status by the name of their message."""
    found: dict[str, Message] = {}
    for packed in status.details:
        name = packed.TypeName().rpartition(".")[2]
        found[name] = getattr(error_details_pb2, name)()
        assert packed.Unpack(found[name])
    return found


def events(log: StringIO, name: str) -> list[dict[str, Any]]:
    """Return the log lines of that event."""
    rows = [json.loads(line) for line in log.getvalue().splitlines()]
    return [row for row in rows if row["event"] == name]
