"""Start the service, send it an article through the client, print who said what, stop it.

python examples/demo.py [FILE]
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import inquit

_ARTICLE = Path(__file__).resolve().parent / "article.txt"
_START_SECONDS = 120.0


def main() -> None:
    """Print every quotation of the file under its speaker."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else _ARTICLE
    text = path.read_text(encoding="utf-8")
    with running_service() as target, inquit.Client(target) as client:
        info = client.info()
        print(f"{info.model_name} {info.model_version} on {info.device}, served at {target}\n")
        _print(client.extract(text))


@contextmanager
def running_service() -> Iterator[str]:
    """Run `inquit serve` on a free port of this machine; yield its address once it is ready."""
    target = f"127.0.0.1:{_free_port()}"
    with tempfile.TemporaryFile("w+") as log:
        host, port = target.split(":")
        process = subprocess.Popen(
            [sys.executable, "-m", "inquit", "serve", "--host", host, "--port", port],
            stdout=log,
            stderr=log,
        )
        try:
            _wait(process, target)
            yield target
            _stop(process)
        except (SystemExit, inquit.InquitError):
            log.seek(0)
            sys.stderr.write(log.read())
            raise
        finally:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], target: str) -> None:
    """Return when the service is ready; stop where it ends or takes too long."""
    with inquit.Client(target) as client:
        for _ in range(int(_START_SECONDS)):
            if process.poll() is not None:
                raise SystemExit(f"the service ended with status {process.returncode} before it was ready")
            try:
                client.wait_ready(timeout=1.0)
            except (inquit.DeadlineExceeded, inquit.Unavailable):
                continue
            return
    raise SystemExit(f"the service was not ready after {_START_SECONDS:.0f} seconds")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the service to finish what it is doing and end."""
    process.terminate()
    if process.wait(timeout=30) != 0:
        raise SystemExit(f"the service ended with status {process.returncode}")


def _print(extraction: inquit.Extraction) -> None:
    for quote in extraction.quotes:
        speaker = extraction.speaker(quote)
        print(f"{speaker.name} ({speaker.type})" if speaker else "nobody named")
        words = " … ".join(f"“{span.text}”" for span in quote.verbatim)
        print(textwrap.indent(textwrap.fill(words, 92), "    "))
        details = [span.text for span in (quote.speaker_mention, quote.cue, quote.channel) if span]
        print(f"    {quote.kind}: {' · '.join(details) or 'goes on from the paragraph before'}\n")
    print(f"{len(extraction.quotes)} quotations, {len(extraction.speakers)} speakers")


if __name__ == "__main__":
    main()
