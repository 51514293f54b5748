"""A TCP port that one process keeps for the workers that will share it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from inquit.errors import Unavailable

__all__ = ["held_port"]

_ABSENT = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""A name may stand for addresses that this machine lacks, as `localhost` does where there is no IPv6."""


@contextmanager
def held_port(host: str, port: int) -> Iterator[int]:
    """Take the port for this user's processes that ask for SO_REUSEPORT, and for nobody else; 0 takes a free one.

    Nothing listens on it yet. Raises Unavailable when another process has it.
    """
    with ExitStack() as held:
        taken = False
        for family, address in _addresses(host, port):
            try:
                kept = held.enter_context(_bound(family, (address[0], port, *address[2:])))
            except OSError as error:
                if error.errno in _ABSENT:
                    continue
                raise _refused(host, port) from error
            port = kept.getsockname()[1]
            taken = True
        if not taken:
            raise _refused(host, port)
        yield port


def _bound(family: socket.AddressFamily, address: tuple[Any, ...]) -> socket.socket:
    kept = socket.socket(family, socket.SOCK_STREAM)
    try:
        if address[0] == "::":
            kept.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        try:
            kept.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            # Connections of a server that has just ended linger for a minute. This option passes over
            # them, and not over a listener; but two who bind with it do not see each other.
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            kept.bind(address)
        # Only now: bound with it, the port would be shared with whoever has it with this option too.
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except BaseException:
        kept.close()
        raise
    return kept


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[Any, ...]]]:
    with suppress(OSError):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return [(row[0], row[4]) for row in found]
    return []


def _refused(host: str, port: int) -> Unavailable:
    return Unavailable(f"cannot listen on {host}:{port}: the address is taken or not of this machine")
