"""Print who said what in each file, as soon as it is known: a feed over one stream.

python examples/python_async.py [--language TAG] FILE...
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import inquit


async def main() -> int:
    """Send the files as they are read, print answers as they come; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--language", default="", help="BCP 47 tag of the texts")
    arguments = parser.parse_args()
    status = 0
    async with inquit.AsyncClient() as client:
        documents = feed(arguments.files, arguments.language)
        # What comes first is printed first. Batches, the default method, are faster for an archive.
        async for outcome in client.extract_many(documents, method="stream", ordered=False):
            if outcome.extraction is None:
                # One document's error, which costs no other one.
                print(f"{outcome.document.id}: {outcome.error}", file=sys.stderr)
                status = 1
            else:
                show(outcome.document, outcome.extraction)
    return status


async def feed(files: list[str], language: str) -> AsyncIterator[inquit.Document]:
    """Yield the files; a real feed would wait here for its next article."""
    for file in files:
        text = await asyncio.to_thread(Path(file).read_text, encoding="utf-8")
        yield inquit.Document(file, text, language)


def show(document: inquit.Document, extraction: inquit.Extraction) -> None:
    """Print each quotation under its speaker, with its place in the text."""
    print(document.id)
    for quote in extraction.quotes:
        speaker = extraction.speaker(quote)
        print(f"  {speaker.name if speaker else '?'}")
        for span in quote.verbatim:
            words = document.text[span.start : span.end]
            print(f"    {span.start}-{span.end} {json.dumps(words, ensure_ascii=False)}")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
