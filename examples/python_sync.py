"""Print who said what in each file, asking a service at INQUIT_TARGET or localhost:50051.

python examples/python_sync.py [--language TAG] [--timeout SECONDS] FILE...
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import inquit


def main() -> int:
    """Read the files one after the other; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--language", default="", help="BCP 47 tag of the texts")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds for each file")
    arguments = parser.parse_args()
    # One client for the whole program: it holds a connection and may be shared between threads.
    with inquit.Client() as client:
        for file in arguments.files:
            text = Path(file).read_text(encoding="utf-8")
            document = inquit.Document(file, text, arguments.language)
            try:
                show(document, client.extract(document, timeout=arguments.timeout))
            except inquit.InquitError as error:
                complain(file, error)
                return 1
    return 0


def show(document: inquit.Document, extraction: inquit.Extraction) -> None:
    """Print each quotation under its speaker, with its place in the text."""
    print(document.id)
    for quote in extraction.quotes:
        speaker = extraction.speaker(quote)
        print(f"  {speaker.name if speaker else '?'}")
        for span in quote.verbatim:
            words = document.text[span.start : span.end]
            print(f"    {span.start}-{span.end} {json.dumps(words, ensure_ascii=False)}")


def complain(file: str, error: inquit.InquitError) -> None:
    """Tell what a program could act on."""
    print(f"{file}: {type(error).__name__}: {error}", file=sys.stderr)
    print(f"  reason {error.reason}", file=sys.stderr)
    if isinstance(error, inquit.InvalidInput):
        print(f"  field {error.field}", file=sys.stderr)
    if error.request_id is not None:
        print(f"  request {error.request_id}", file=sys.stderr)
    if error.retry_after is not None:
        print(f"  try again after {error.retry_after} s", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
