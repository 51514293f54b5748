"""Which device, number type and cores a model gets."""

from __future__ import annotations

import ctypes
import math
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from threadpoolctl import ThreadpoolController

from inquit.errors import ModelError

__all__ = [
    "Placement",
    "devices_for",
    "granted_cores",
    "lanes_for",
    "place",
    "return_freed_memory",
    "spare_cores",
]

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_PREPARED_SHAPES = 512
_LANES = 2
"""Passes side by side on a GPU: one computes while the next is put together and the last is fetched."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and in which numbers the network runs."""

    device: torch.device
    dtype: torch.dtype


def place(device: str = "auto", dtype: str = "auto") -> Placement:
    """Choose device and number type; raises ModelError."""
    name = _device_name(device)
    try:
        chosen = torch.device(name)
    except RuntimeError as error:
        raise ModelError(f"unknown device {device!r}: auto, cpu, cuda, cuda:N or mps") from error
    if chosen.type not in {"cpu", "cuda", "mps"}:
        raise ModelError(f"unknown device {device!r}: auto, cpu, cuda, cuda:N or mps")
    if chosen.type == "cuda" and (chosen.index or 0) >= torch.cuda.device_count():
        raise ModelError(f"device {device!r} was asked for, but there is no such CUDA device")
    if chosen.type == "mps" and not torch.backends.mps.is_available():
        raise ModelError("device 'mps' was asked for, but there is none")
    if dtype == "auto":
        return Placement(chosen, _best_dtype(chosen))
    if dtype not in _DTYPES:
        raise ModelError(f"unknown dtype {dtype!r}: auto, {', '.join(_DTYPES)}")
    return Placement(chosen, _DTYPES[dtype])


def lanes_for(device: torch.device, threads: int | None = None) -> int:
    """Return how many passes run side by side: one a core on a CPU, elsewhere one and one in preparation."""
    return (threads or granted_cores()) if device.type == "cpu" else _LANES


def devices_for(device: str = "auto", processes: int | None = None, threads: int = 1) -> tuple[str, ...]:
    """Return the device of each of some processes that share a machine; raises ModelError.

    On a CPU there are by default as many as have `threads` cores each, elsewhere one a GPU.
    """
    name = _device_name(device)
    kind = place(name).device.type
    if kind == "cpu":
        return (name,) * (processes or max(1, granted_cores() // threads))
    places = tuple(f"cuda:{n}" for n in range(torch.cuda.device_count())) if name == "cuda" else (name,)
    count = processes or len(places)
    return tuple(places[number % len(places)] for number in range(count))


def spare_cores(threads: int) -> None:
    """Let a pass on a CPU use that many threads, in the whole process, and NumPy's OpenBLAS one.

    With one thread a pass, several passes side by side read 1.1 to 2 times as many tokens a second as
    one with several threads, which wait for each other at each step: measured on two cores with
    windows of 256, the more the smaller the batch.
    """
    # oneDNN keeps what it prepared for each shape; there are a few dozen shapes, and a bound for all others.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(_PREPARED_SHAPES))
    torch.set_num_threads(threads)
    # Decoding multiplies small matrices in NumPy. OpenBLAS would wake its threads for each and
    # let them spin beside the network's: measured, that makes the whole 2.6 times slower.
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)


def return_freed_memory() -> None:
    """Give freed memory back to the system, where the C library can be asked to.

    Weights are read as float32; a model that then runs in half precision leaves as much behind as it
    takes: of the larger bundled one 0.3 GB.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl has not
    if trim is not None:
        trim(0)


def granted_cores() -> int:
    """Return how many cores the process may use: affinity and cgroup quota, at least 1.

    More threads than the quota grants are throttled, which costs several times their gain.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()[:2]
        if quota != "max":
            cores = min(cores, math.floor(int(quota) / int(period)))
    except (OSError, ValueError):
        pass  # no cgroup v2: the affinity is all that is known
    return max(1, cores)


def _device_name(device: str) -> str:
    if device != "auto":
        return device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _best_dtype(device: torch.device) -> torch.dtype:
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device.type == "cpu":
        # bfloat16 without these instructions is many times slower than float32.
        # torch offers no public way to ask.
        capable = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()  # noqa: SLF001
        return torch.bfloat16 if capable else torch.float32
    return torch.float32
