"""The step from an address to a port that listens."""

from __future__ import annotations

import grpc
import grpc.aio

from inquit.errors import Unavailable

__all__ = ["bind"]


def bind(server: grpc.aio.Server, address: str, credentials: grpc.ServerCredentials | None) -> str:
    """Listen there, without TLS where there are no credentials; return the address with the port taken.

    Raises Unavailable when the address is taken or not of this machine.
    """
    try:
        if credentials is None:
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, credentials)
    except RuntimeError:
        port = 0
    if port == 0:
        raise Unavailable(f"cannot listen on {address}: the address is taken or not of this machine")
    if address.startswith("unix:"):
        return address
    return f"{address.rpartition(':')[0]}:{port}"
