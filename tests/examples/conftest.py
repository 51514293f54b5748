from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import inquit
from service_process import ServiceProcess

ARTICLE = (
    "🚢 𝔸 👩‍🚒 Harbour news\n\n"
    "“The harbour at Velm stays closed until spring,” said Mara Holt, who runs it 🙂.\n\n"
    "She called the delay “a shame” and the pier “𝔹ig enough”.\n"
)
"""With characters of two UTF-16 units and of four bytes before, between and inside its quotations."""


@pytest.fixture(scope="session")
def service() -> Iterator[ServiceProcess]:
    """Start one service with the shipped model, for all examples."""
    with ServiceProcess() as process:
        yield process


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """Write the article to a file."""
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture
def environment(service: ServiceProcess) -> dict[str, str]:
    """Return the variables of a program that asks the service."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("INQUIT_")}
    return plain | {"INQUIT_TARGET": service.address}


@pytest.fixture
def expected(service: ServiceProcess) -> dict[str, list[str]]:
    """Return the lines that examples print of the article, by offset encoding, as the Python client reads it."""
    found: dict[str, list[str]] = {}
    with inquit.Client(service.address) as client:
        for encoding in inquit.OffsetEncoding:
            extraction = client.extract(ARTICLE, offset_encoding=encoding)
            lines = []
            for quote in extraction.quotes:
                speaker = extraction.speaker(quote)
                lines.append(f"  {speaker.name if speaker else '?'}")
                lines += [f'    {span.start}-{span.end} "{span.text}"' for span in quote.verbatim]
            found[encoding] = lines
    assert len({tuple(lines) for lines in found.values()}) == 3
    return found
