"""Who reads the documents: the model in this process, or a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inquit.client import Client
    from inquit.client.outcome import Outcome
    from inquit.types import Document, ExtractOptions

__all__ = ["Reader", "ServerReader"]


class Reader(Protocol):
    """Turns documents into outcomes, one each, in the same order, in bounded memory."""

    def read(self, documents: Iterable[Document], options: ExtractOptions) -> Iterator[Outcome]:
        """Read lazily; an error that is one document's own is its outcome."""
        ...


class ServerReader:
    """Reads by a server."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, documents: Iterable[Document], options: ExtractOptions) -> Iterator[Outcome]:
        """Send as many at once as the server announces."""
        return self._client.extract_many(
            documents,
            kinds=options.kinds,
            offset_encoding=options.offset_encoding,
            min_confidence=options.min_confidence,
        )
