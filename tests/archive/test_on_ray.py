from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from inquit.archive.folder import ResultFormat
from inquit.archive.rows import Columns
from inquit.archive.shard_reader import Job
from inquit.errors import ModelError
from inquit.types import ExtractOptions, Limits

pytest.importorskip("ray", reason="ray is not installed")

import ray

from inquit.archive.on_ray import Actors, read_shards

_JOB = Job(
    Path("out"), ResultFormat.PARQUET, {}, Columns(), ExtractOptions(), Limits(), None, "", "cpu", threads=1
)


@dataclass
class FakeInit:
    """Stands for the start of Ray, and finds none."""

    addresses: list[Any] = field(default_factory=list)

    def __call__(self, *, address: str | None, **_: object) -> None:
        self.addresses.append(address)
        raise ConnectionError("nobody there")


@pytest.mark.parametrize(
    ("given", "asked", "told"), [(None, "local", "this machine"), ("head:6379", "head:6379", "head:6379")]
)
def test_a_cluster_is_used_when_it_was_named(
    monkeypatch: pytest.MonkeyPatch, given: str | None, asked: str, told: str
) -> None:
    """Without an address Ray is one of our own, whatever the environment says or this machine runs."""
    init = FakeInit()
    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setenv("RAY_ADDRESS", "elsewhere:6379")
    with pytest.raises(ModelError, match=f"no Ray cluster at {told}"):
        list(read_shards(_JOB, [], Actors(), given))
    assert init.addresses == [asked]
