"""`inquit extract`: quotations of files, standard input or lines of JSON."""

from __future__ import annotations

import os
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inquit.cli.connection import (
    CaOption,
    ServerOption,
    TimeoutOption,
    TlsOption,
    connected,
    refuse_local_options,
)
from inquit.cli.failures import FAILED, complain, describe
from inquit.cli.formats import Look, OutputFormat, guess_format, render
from inquit.cli.local import DeviceOption, ModelOption, ThreadsOption, loaded_extractor
from inquit.cli.progress import Watch
from inquit.cli.reading_options import (
    DEFAULT_KIND_LIST,
    KindsOption,
    MinConfidenceOption,
    OffsetEncodingOption,
    kinds_of,
)
from inquit.cli.sink import Sink, opened_sink
from inquit.cli.sources import STDIN, BadItem, InputFormat, Source, open_sources
from inquit.errors import PermissionDenied, Unauthenticated, Unavailable, Unimplemented
from inquit.types import ExtractOptions, Limits, OffsetEncoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inquit.cli.readers import Reader
    from inquit.errors import InquitError
    from inquit.types import Document, Extraction

__all__ = ["extract"]

_HOPELESS = (Unavailable, Unauthenticated, PermissionDenied, Unimplemented)
"""Errors that the next document would meet again."""


def extract(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE…|-]",
            help="Plain text in UTF-8, or .jsonl with an object of id and text in each line; - is standard input.",
            show_default=False,
        ),
    ] = None,
    *,
    output_format: Annotated[
        OutputFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="Default: told by --output's name, else jsonl for .jsonl input and text for plain text.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.", show_default=False)
    ] = None,
    input_format: Annotated[
        InputFormat | None,
        typer.Option(help="Default: jsonl for names in .jsonl, else text.", show_default=False),
    ] = None,
    kinds: KindsOption = DEFAULT_KIND_LIST,
    min_confidence: MinConfidenceOption = 0.0,
    offset_encoding: OffsetEncodingOption = OffsetEncoding.UTF32,
    model: ModelOption = None,
    device: DeviceOption = None,
    threads: ThreadsOption = None,
    server: ServerOption = None,
    timeout: TimeoutOption = None,
    tls: TlsOption = False,
    tls_ca: CaOption = None,
) -> None:
    """Find the quotations in texts and say who uttered them.

    Reads with the model in this process, or by a server with --server. Bad lines are told
    on standard error and the others are served; the exit code is then 1.
    """
    chosen_kinds = kinds_of(kinds)
    sources = open_sources(files or [], input_format)
    from_lines = any(source.format is InputFormat.JSONL for source in sources)
    chosen_format = output_format or guess_format(output, from_lines=from_lines)
    options = ExtractOptions(
        kinds=chosen_kinds,
        offset_encoding=offset_encoding if chosen_format.has_offsets else OffsetEncoding.UTF32,
        min_confidence=min_confidence,
    )
    with ExitStack() as stack:
        if server is not None:
            refuse_local_options(model=model, device=device, threads=threads)
            reader = _server_reader(stack, server, timeout, tls=tls, tls_ca=tls_ca)
        else:
            reader = None
        sink = stack.enter_context(opened_sink(output))
        watch = stack.enter_context(Watch(sources, shared_screen=sink.is_terminal))
        reader = reader or _local_reader(model, device, threads)
        run = _Run(sources, watch)
        look = _look(sources, sink, single=len(sources) == 1 and not from_lines)
        for piece in render(chosen_format, run.results(reader, options), look):
            with watch.aside(for_output=True):
                sink.write(piece)
    if run.failed:
        raise typer.Exit(FAILED)


class _Run:
    """One pass over the sources: remembers where documents stand, and whether any failed."""

    def __init__(self, sources: Sequence[Source], watch: Watch) -> None:
        self.failed = False
        self._sources = sources
        self._watch = watch
        self._places: deque[str] = deque()

    def results(self, reader: Reader, options: ExtractOptions) -> Iterator[tuple[Document, Extraction]]:
        """Yield what could be read; tell the rest on stderr."""
        for outcome in reader.read(self._documents(), options):
            place = self._places.popleft()
            self._watch.document_done()
            if outcome.error is not None:
                if isinstance(outcome.error, _HOPELESS):
                    raise outcome.error
                self._fail(place, outcome.error)
                continue
            yield outcome.document, outcome.unwrap()

    def _documents(self) -> Iterator[Document]:
        for source in self._sources:
            for item in source.items(self._warn, self._watch.advance):
                if isinstance(item, BadItem):
                    self.failed = True
                    self._warn(f"{item.place}: {item.message}")
                else:
                    self._places.append(item.place)
                    yield item.document

    def _fail(self, place: str, error: InquitError) -> None:
        self.failed = True
        self._warn(f"{place}: {describe(error)}")

    def _warn(self, message: str) -> None:
        with self._watch.aside():
            complain(message)


def _look(sources: Sequence[Source], sink: Sink, *, single: bool) -> Look:
    names = [source.name for source in sources if source.name != STDIN]
    title = f"Quotations in {names[0]}" if len(sources) == len(names) == 1 else "Quotations"
    colour = sink.is_terminal and not os.environ.get("NO_COLOR")
    return Look(is_terminal=sink.is_terminal, colour=colour, single=single, title=title)


def _local_reader(model: str | None, device: str | None, threads: int | None) -> Reader:
    from inquit.local_reader import LocalReader

    return LocalReader(loaded_extractor(model, device, threads), Limits())


def _server_reader(
    stack: ExitStack, server: str, timeout: float | None, *, tls: bool, tls_ca: Path | None
) -> Reader:
    from inquit.cli.readers import ServerReader

    return ServerReader(stack.enter_context(connected(server, timeout, tls=tls, tls_ca=tls_ca)))
