"""A peer that speaks just enough HTTP/2 to misbehave."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

__all__ = [
    "ACK",
    "GOAWAY",
    "PING",
    "RST_STREAM",
    "SETTINGS",
    "Frame",
    "RawConnection",
    "connected",
    "data",
    "headers",
]

RST_STREAM = 3
SETTINGS = 4
PING = 6
GOAWAY = 7
ACK = 1
"""Flag of SETTINGS and PING."""

_DATA = 0
_END_STREAM = 1
_HEADERS = 1
_END_HEADERS = 4
_WINDOW = 4
"""The setting for the bytes that may come on a stream."""
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class Frame(NamedTuple):
    kind: int
    flags: int = 0
    stream: int = 0
    content: bytes = b""

    @property
    def written(self) -> bytes:
        """The frame's bytes."""
        length = struct.pack(">I", len(self.content))[1:]
        return length + bytes([self.kind, self.flags]) + struct.pack(">I", self.stream) + self.content


class RawConnection:
    """One TCP connection; what comes is read by the test, and nothing is answered unless it says so."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def open(self, *, polite: bool = True, window: int = 65535) -> list[Frame]:
        """Say what a client says first; wait for the server's settings, and acknowledge them if polite.

        `window` is how many bytes of each answer may come unasked.
        """
        self.writer.write(_PREFACE + Frame(SETTINGS, content=struct.pack(">HI", _WINDOW, window)).written)
        return await self.until(SETTINGS, polite=polite)

    def send(self, *frames: Frame) -> None:
        """Write these frames."""
        self.writer.write(b"".join(frame.written for frame in frames))

    def send_preface(self, length: int | None = None) -> None:
        """Write the beginning of what HTTP/2 begins with."""
        self.writer.write(_PREFACE[:length])

    async def until(
        self, kind: int, flags: int = 0, *, polite: bool = True, frames: list[Frame] | None = None
    ) -> list[Frame]:
        """Read up to a frame of that kind with those flags; a polite peer answers settings and pings.

        What is read is added to `frames`, so that it is not lost when the connection ends.
        """
        frames = [] if frames is None else frames
        async with asyncio.timeout(30):
            while not frames or (frames[-1].kind, frames[-1].flags) != (kind, flags):
                frame = await self._frame()
                frames.append(frame)
                if polite and frame.kind in (SETTINGS, PING) and frame.flags != ACK:
                    content = frame.content if frame.kind == PING else b""
                    self.send(Frame(frame.kind, ACK, content=content))
        return frames

    async def closed(self, *, polite: bool = True) -> list[Frame]:
        """Read to the end of the connection."""
        frames: list[Frame] = []
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await self.until(-1, polite=polite, frames=frames)
        return frames

    async def answers(self) -> bool:
        """Tell whether the peer answers a ping."""
        self.send(Frame(PING, content=b"anybody?"))
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await self.until(PING, ACK)
            return True
        return False

    async def _frame(self) -> Frame:
        head = await self._reader.readexactly(9)
        content = await self._reader.readexactly(int.from_bytes(head[:3], "big"))
        return Frame(head[3], head[4], int.from_bytes(head[5:], "big"), content)


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[RawConnection]:
    """Connect to host:port and say nothing yet."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield RawConnection(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def headers(stream: int, path: str) -> Frame:
    """Return the frame that begins a call of that method."""
    pairs = {
        ":method": "POST",
        ":scheme": "http",
        ":path": path,
        ":authority": "localhost",
        "content-type": "application/grpc",
        "te": "trailers",
    }
    # Literals that are never indexed, without Huffman coding; all shorter than 127 bytes.
    block = b"".join(b"\x10" + _string(name) + _string(value) for name, value in pairs.items())
    return Frame(_HEADERS, _END_HEADERS, stream, block)


def data(stream: int, message: bytes) -> Frame:
    """Return the frame with the only message of a call."""
    return Frame(_DATA, _END_STREAM, stream, b"\0" + struct.pack(">I", len(message)) + message)


def _string(text: str) -> bytes:
    return bytes([len(text)]) + text.encode()
