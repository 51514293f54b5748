from __future__ import annotations

import contextlib
import io
from itertools import pairwise
from pathlib import Path

import pytest
import trustme

from certificates import issue, write_authority
from fences import Block, blocks
from service_process import ServiceProcess

pytestmark = pytest.mark.blackbox

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_WRITTEN_TARGET = "localhost:50051"


@pytest.mark.parametrize("page", ["quickstart.md", "clients.md"])
def test_programs_of_the_documents_run(
    page: str, service: ServiceProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each Python program of the guides runs against the service, and prints what the guide says."""
    _write_certificates(tmp_path)
    monkeypatch.chdir(tmp_path)
    programs = 0
    for block, after in pairwise([*blocks(_DOCS / page), Block("", "", 0)]):
        if block.language != "python":
            continue
        programs += 1
        printed = _run(block, page, service.address)
        if after.language == "text":
            assert printed == after.code, f"{page}, line {block.line}"
        else:
            assert printed == "", f"{page}, line {block.line}: what it prints is not told"
    assert programs > 1


def _run(block: Block, page: str, address: str) -> str:
    """Run a program by itself; return what it prints."""
    code = "\n" * (block.line - 1) + block.code.replace(_WRITTEN_TARGET, address)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, page, "exec"), {"__name__": "__main__"})  # noqa: S102  # the repository's own
    return output.getvalue()


def _write_certificates(folder: Path) -> None:
    """Write the files that the programs name."""
    authority = trustme.CA()
    write_authority(authority, folder / "ca.pem")
    issue(authority, folder)
    (folder / "cert.pem").rename(folder / "caller.pem")
    (folder / "key.pem").rename(folder / "caller-key.pem")
