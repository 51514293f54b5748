from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from batch_process import BatchProcess, HeldShard, results

pytestmark = pytest.mark.blackbox


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an archive of some hundred articles, and a line that is none."""
    path = tmp_path_factory.mktemp("archive") / "in.jsonl"
    texts = [f"“Dam {n} holds,” said Ada Brill. “It is wet.”\n\nShe left “late”.\n" * 3 for n in range(400)]
    lines = [json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts)]
    path.write_text("\n".join([*lines, "junk"]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(archive: Path, tiny_model: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the results of a run that nothing interrupts."""
    out = tmp_path_factory.mktemp("whole") / "out"
    with BatchProcess(archive, out, tiny_model, "-p", "1") as process:
        code, said = process.wait()
    assert code == 1, said
    assert "400 documents" in said
    assert "1 rows could not be read" in said
    return results(out)


@pytest.mark.parametrize(
    ("number", "to_all", "code"),
    [
        (signal.SIGKILL, True, -signal.SIGKILL),
        (signal.SIGTERM, False, 143),
    ],
    ids=["killed", "terminated"],
)
def test_it_goes_on_where_it_was(
    archive: Path,
    whole: dict[str, bytes],
    tiny_model: str,
    tmp_path: Path,
    number: signal.Signals,
    *,
    to_all: bool,
    code: int,
) -> None:
    """However it was ended, the same command ends with the same bytes; nothing is lost or there twice."""
    out = tmp_path / "out"
    with (
        HeldShard(archive, out, tiny_model, 4) as held,
        BatchProcess(archive, out, tiny_model, "-p", "2") as process,
    ):
        held.wait()
        (process.send_to_all if to_all else process.send)(number)
        status, said = process.wait()
        assert status == code, said
        assert 3 <= process.done() < process.planned()
    with BatchProcess(archive, out, tiny_model, "-p", "2") as process:
        status, said = process.wait()
        assert status == 1, said
        assert process.done() == process.planned()
    assert results(out) == whole
