"""What a score was measured on, with what, and where: a score never travels without it."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from shutil import which

__all__ = ["Signature", "code_version", "file_sha256", "machine"]


@dataclass(frozen=True, slots=True)
class Signature:
    """Everything that another person needs to get the same figures."""

    data: str
    """File name of the gold."""
    data_sha256: str
    data_rows: int
    metric: str
    """Name and version of the metric with its options."""
    model: str
    """Name and version, or the file of predictions."""
    model_sha256: str
    """Of the weights, or of the file of predictions."""
    code: str
    samples: int
    """Bootstrap samples; 0 without intervals."""
    seed: int
    machine: str
    channels: str = ""
    """File name of the gold channels; empty without them."""
    channels_sha256: str = ""

    def as_dict(self) -> dict[str, str | int]:
        """Return the fields by name."""
        return asdict(self)

    def __str__(self) -> str:
        channels = (
            f"channels {self.channels} (sha256 {self.channels_sha256[:12]}) | " if self.channels else ""
        )
        return (
            f"data {self.data} ({self.data_rows} rows, sha256 {self.data_sha256[:12]}) | {channels}"
            f"metric {self.metric} | model {self.model} (sha256 {self.model_sha256[:12]}) | "
            f"code {self.code} | bootstrap {self.samples} samples, seed {self.seed} | {self.machine}"
        )


def file_sha256(path: Path) -> str:
    """Return the hash of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def code_version() -> str:
    """Return the installed version, with the commit where the code runs from a checkout."""
    try:
        version = metadata.version("inquit")
    except metadata.PackageNotFoundError:
        version = "unknown"
    commit = _commit(Path(__file__).resolve().parents[3])
    return f"{version}+{commit}" if commit else version


def _commit(root: Path) -> str:
    git = which("git")
    if git is None or not (root / ".git").exists():
        return ""
    described = subprocess.run(  # noqa: S603 - fixed arguments, no input of users
        [git, "-C", str(root), "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"],
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip()


def machine() -> str:
    """Return processor, usable cores, and the versions that decide about speed and rounding."""
    parts = [
        _processor(),
        f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores",
        f"Python {platform.python_version()}",
    ]
    if "torch" in sys.modules:
        parts.append(f"torch {metadata.version('torch')}")
    return ", ".join(parts)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()
