"""Shards read on Ray Data: by actors that load the model once, on this machine or on a cluster.

Inputs, the results' folder and the model must be at the same paths on every node.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from inquit.archive.events import Done, Event, Failed
from inquit.archive.folder import Counts
from inquit.archive.shard_reader import Job, ShardReader
from inquit.archive.shards import Shard
from inquit.archive.tasks import read_shard
from inquit.errors import ModelError

# Ray reports the use of it unless it is told not to, before it is imported.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import ray
import ray.data
import ray.exceptions

__all__ = ["Actors", "read_shards"]

_IN_FLIGHT = 2
"""Shards at an actor: one is read, the next is there when it is done."""


@dataclass(frozen=True, slots=True)
class Actors:
    """How many read side by side, and on what."""

    least: int = 1
    most: int | None = None
    """None for as many as the cluster has cores, or GPUs."""
    gpus: float = 0.0
    """GPUs of each; 0 for one core."""


def read_shards(job: Job, shards: Iterable[Shard], actors: Actors, address: str | None) -> Iterator[Event]:
    """Read shards on the cluster at `address`, or without one on a Ray of our own; raise ModelError.

    A shard whose actor or node is lost is read again by another.
    """
    own = not ray.is_initialized()
    if own:
        _connect(address)
    try:
        yield from _events(job, shards, actors)
    except (ray.exceptions.RayError, ray.exceptions.RayTaskError) as error:
        raise ModelError(f"the actors cannot read: {_cause(error)}") from error
    finally:
        if own:
            ray.shutdown()


def _connect(address: str | None) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address is None:
        quiet["include_dashboard"] = False
    try:
        # Without an address Ray would take a cluster from the environment or from this machine.
        ray.init(address=address or "local", **quiet)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ModelError(f"no Ray cluster at {address or 'this machine'}: {error}") from error


def _events(job: Job, shards: Iterable[Shard], actors: Actors) -> Iterator[Event]:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    items = [{"shard": json.dumps(shard.as_dict())} for shard in shards]
    most = max(actors.least, actors.most or _room(actors))
    device = job.device if job.device != "auto" else ("cuda" if actors.gpus else "cpu")
    dataset = ray.data.from_items(items, override_num_blocks=len(items)).map_batches(
        _Actor,
        fn_constructor_kwargs={"job": replace(job, device=device)},
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(
            min_size=min(actors.least, len(items)),
            max_size=min(most, len(items)),
            max_tasks_in_flight_per_actor=_IN_FLIGHT,
        ),
        num_cpus=None if actors.gpus else job.threads,
        num_gpus=actors.gpus or None,
    )
    for row in dataset.iter_rows():
        number = int(row["shard"])
        if row["reason"]:
            yield Failed(number, row["reason"])
        else:
            yield Done(number, Counts(**json.loads(row["counts"])))


def _room(actors: Actors) -> int:
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(resources.get("GPU", 0) / actors.gpus if actors.gpus else resources.get("CPU", 1)))


class _Actor:
    """Reads shards, the model loaded once."""

    def __init__(self, job: Job) -> None:
        self._reader = ShardReader.load(job)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        shards = [Shard.from_dict(json.loads(str(shard))) for shard in batch["shard"]]
        events = [read_shard(self._reader, shard, lambda _: None) for shard in shards]
        return {
            "shard": [event.shard for event in events],
            "reason": [event.reason if isinstance(event, Failed) else "" for event in events],
            "counts": [
                json.dumps(asdict(event.counts)) if isinstance(event, Done) else "" for event in events
            ],
        }


def _cause(error: BaseException) -> str:
    """Return the last line of what an actor met, without its traceback."""
    return str(getattr(error, "cause", None) or error).strip().splitlines()[-1]
