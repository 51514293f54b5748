"""The clients, with and without asyncio.

`blocking` and `asynchronous` have the same methods. What they share: `connection` (target,
token, TLS, time limit), `arguments` (to checked values), `batches` and `streams` (many
documents to calls, or over streams), `failures` (gRPC errors to the tree of `inquit.errors`, the
only place), `outcome`.
Needs grpcio and protobuf only.
"""

from __future__ import annotations

from inquit.client.asynchronous import AsyncClient
from inquit.client.blocking import Client
from inquit.client.connection import Tls
from inquit.client.outcome import Outcome

__all__ = ["AsyncClient", "Client", "Outcome", "Tls"]
