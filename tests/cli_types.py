"""Types of the fixtures of the command line's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typer.testing import Result

    from inquit.types import Document, Extraction, ExtractOptions


class Run(Protocol):
    """Runs the command line in this process."""

    def __call__(self, *arguments: object, stdin: bytes | None = None) -> Result:
        """Return exit code and output."""
        ...


class StandIn(Protocol):
    """The extractor that commands get instead of a model."""

    def extract_many(self, documents: Iterable[Document], options: ExtractOptions) -> Iterator[Extraction]:
        """Read the documents."""
        ...

    taken: list[Document]
    asked: list[ExtractOptions]
    batch: int
