"""Streams of documents to a server of `running_service`."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc.aio

from fake_extractor import FakeExtractor, Gate
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from running_service import Running

EOF: Any = vars(grpc.aio)["EOF"]
"""What a stream that has ended reads; not in the stubs."""


def asked(number: int, text: str = "", **options: Any) -> pb.StreamExtractRequest:
    """Return a request of a stream."""
    document = pb.Document(id=f"n{number}", text=text or f"w{number} text")
    return pb.StreamExtractRequest(document=document, options=pb.ExtractOptions(**options))


async def collected(call: Any) -> list[pb.StreamExtractResponse]:
    """Return all further answers of a stream."""
    answers = []
    while (answer := await call.read()) is not EOF:
        answers.append(answer)
    return answers


async def reached(gate: Gate) -> None:
    """Wait until the model is busy."""
    assert await asyncio.to_thread(gate.reached.wait, 30)


def stream(running: Running) -> Any:
    """Return the method, which the stubs' types know in one of its forms only."""
    return running.stub.StreamExtract


class CountingExtractor(FakeExtractor):
    """Counts the texts that it was given."""

    def __init__(self, before_run: Any = None) -> None:
        super().__init__(before_run)
        self.encoded = 0

    def encode(self, document: Any, options: Any) -> Any:
        self.encoded += 1
        return super().encode(document, options)
