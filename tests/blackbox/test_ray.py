"""`inquit batch --ray-address` on a real Ray of two nodes, one of which is lost on the way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch_process import BatchProcess, HeldShard, results

pytestmark = [pytest.mark.blackbox, pytest.mark.ray]

_CLUSTER = """
import sys
from ray.cluster_utils import Cluster

cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
cluster.wait_for_nodes()
print(cluster.address, flush=True)
sys.stdin.readline()
cluster.remove_node(nodes.pop(), allow_graceful=False)
print("lost", flush=True)
sys.stdin.readline()
cluster.shutdown()
"""


class TwoNodes:
    """A cluster in a process of its own: a head without cores, and two nodes of one."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CLUSTER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.address = self._line()

    def lose_one(self) -> None:
        """Have a node die."""
        self._go_on()
        assert self._line() == "lost"

    def close(self) -> None:
        """Shut the cluster down."""
        if self._process.poll() is None:
            self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()  # type: ignore[union-attr]

    def _go_on(self) -> None:
        self._process.stdin.write("\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]

    def _line(self) -> str:
        # Ray may say something of its own first.
        while line := self._process.stdout.readline():  # type: ignore[union-attr]
            if line.startswith("lost") or line.strip().rpartition(":")[2].isdecimal():
                return line.strip()
        raise AssertionError(f"the cluster ended with {self._process.wait()}")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[TwoNodes]:
    """Run a cluster."""
    pytest.importorskip("ray", reason="ray is not installed")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    found = TwoNodes()
    yield found
    found.close()


def test_a_node_that_is_lost_costs_nothing(cluster: TwoNodes, tiny_model: str, tmp_path: Path) -> None:
    """The rows are those of a run by processes, byte for byte, though a node dies while its actor reads."""
    archive = tmp_path / "in.jsonl"
    lines = [json.dumps({"text": f"“Dam {n} holds,” said Ada Brill.\n\n" * 40}) for n in range(150)]
    archive.write_text("\n".join(lines), encoding="utf-8")
    out, expected = tmp_path / "out", tmp_path / "expected"
    ray = ("--ray-address", cluster.address, "--actors", "2")
    with (
        HeldShard(archive, out, tiny_model, 6) as held,
        BatchProcess(archive, out, tiny_model, *ray) as process,
    ):
        held.wait()
        cluster.lose_one()
        at_loss = process.done()
        held.let_go()
        status, said = process.wait()
        assert status == 0, said
        assert at_loss < process.done() == process.planned(), said
    with BatchProcess(archive, expected, tiny_model, "-p", "2") as process:
        assert process.wait()[0] == 0
    assert results(out) == results(expected)
