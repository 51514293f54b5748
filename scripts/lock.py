"""Write the locks of the image: exact versions, each with the hashes of its files.

    python scripts/lock.py     # or `make lock`

Three files in `deploy/image/`, for CPython 3.11 on Linux, x86_64 and aarch64:

- `requirements.txt`: what the extras `server` and `otel` need, without torch
- `requirements-torch-cpu.txt`: torch for CPU, from PyTorch's own index
- `requirements-torch-cuda.txt`: torch for CUDA and NVIDIA's libraries, from PyPI

Versions are those of `constraints.txt`; NVIDIA's are those that torch asks for.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "deploy" / "image"
PYTHON = "3.11"
EXTRAS = ("server", "otel")
MACHINES = ("x86_64", "aarch64")
PLATFORM = "manylinux_2_28"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
_CUDA_PARTS = re.compile(r"^(cuda|nvidia|triton)\b")
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")

Lock = dict[str, str]
"""Lines of each package, by its name."""


def main() -> None:
    """Write the three files, or end with a sentence on what is in the way."""
    torch = _pin("torch")
    if version("torch").partition("+")[0] != torch:
        sys.exit(f"constraints.txt asks for torch {torch}, here is {version('torch')}")
    with tempfile.TemporaryDirectory() as scratch:
        without_cuda = Path(scratch) / "uv.toml"
        without_cuda.write_text(_cpu_metadata(torch), encoding="utf-8")
        everything = _resolved(without_cuda)
        with_cuda = _resolved(None)
    pinned = everything.pop("torch").splitlines()[0].split()[0]
    cuda = {name: lines for name, lines in with_cuda.items() if name not in everything}
    _write("requirements.txt", everything, "all but torch")
    _write("requirements-torch-cuda.txt", cuda, "torch with CUDA, all from PyPI")
    cpu = FOLDER / "requirements-torch-cpu.txt"
    hashes = _cpu_hashes(torch)
    if len(hashes) < len(MACHINES):
        hashes |= _known_hashes(cpu, pinned)
    lines = " \\\n".join([pinned, *(f"    --hash={found}" for found in sorted(hashes))])
    _write(cpu.name, {"torch": lines}, f"torch for CPU, with --find-links {TORCH_INDEX}/torch/")


def _pin(name: str) -> str:
    found = re.search(rf"^{name}==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), flags=re.MULTILINE)
    return found[1] if found else sys.exit(f"constraints.txt has no {name}")


def _cpu_metadata(torch: str) -> str:
    """Tell uv what the CPU build needs; PyPI knows the needs of the build for CUDA alone."""
    needs = [
        need for need in requires("torch") or [] if "extra ==" not in need and not _CUDA_PARTS.match(need)
    ]
    return (
        f'[[dependency-metadata]]\nname = "torch"\nversion = "{torch}"\nrequires-dist = {json.dumps(needs)}\n'
    )


def _resolved(configuration: Path | None) -> Lock:
    """Resolve for every machine; one lock must fit them all."""
    first, *others = (_parsed(_compiled(machine, configuration)) for machine in MACHINES)
    for other in others:
        if other != first:
            differing = sorted(name for name in first | other if first.get(name) != other.get(name))
            sys.exit(f"these differ between machines, so one lock does not fit: {', '.join(differing)}")
    return first


def _compiled(machine: str, configuration: Path | None) -> str:
    command = [sys.executable, "-m", "uv"]
    command += ["--no-config"] if configuration is None else ["--config-file", str(configuration)]
    command += ["pip", "compile", "pyproject.toml", "--quiet", "--no-header", "--generate-hashes"]
    command += [part for extra in EXTRAS for part in ("--extra", extra)]
    command += ["--constraint", "constraints.txt", "--annotation-style", "line"]
    command += ["--python-version", PYTHON, "--python-platform", f"{machine}-{PLATFORM}"]
    # PyPI alone, whatever indexes or folders this machine prefers.
    command += ["--default-index", "https://pypi.org/simple"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_INDEX", "UV_FIND"))}
    return _output(command, environment)


def _parsed(lock: str) -> Lock:
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    named = {block.partition("==")[0]: block.rstrip() for block in blocks}
    # Every pin is a constraint, so that says nothing.
    return {name: re.sub(r"(, )?-c constraints\.txt(?(1)|, )", "", block) for name, block in named.items()}


def _cpu_hashes(torch: str) -> set[str]:
    """Ask PyTorch's index for the wheels, as pip is set up here; a folder of wheels will do too."""
    return {found for machine in MACHINES if (found := _cpu_hash(torch, machine)) is not None}


def _cpu_hash(torch: str, machine: str) -> str | None:
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--no-deps", "--only-binary=:all:", "--target", scratch, "--report", "-"]
        command += ["--platform", f"{PLATFORM}_{machine}", "--python-version", PYTHON]
        command += ["--retries", "0", "--index-url", TORCH_INDEX, f"torch=={torch}"]
        try:
            (found,) = json.loads(_output(command, dict(os.environ)))["install"]
        except (subprocess.CalledProcessError, ValueError):
            print(
                f"no CPU wheel of torch {torch} for {machine} at {TORCH_INDEX}: hashes known before are kept"
            )
            return None
    values: dict[str, Any] = found["download_info"]["archive_info"]["hashes"]
    if not found["metadata"]["version"].endswith("+cpu"):
        sys.exit(f"the wheel of torch for {machine} is {found['metadata']['version']}, not for CPU")
    print(f"torch for {machine}: {found['download_info']['url']}")
    return f"sha256:{values['sha256']}"


def _known_hashes(path: Path, pinned: str) -> set[str]:
    """Return the hashes of the file as it is, unless it pins another version."""
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    return set(_HASH.findall(before)) if f"\n{pinned} " in before else set()


def _output(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603  # this project's own tools
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _write(name: str, lock: Lock, what: str) -> None:
    head = f"# {what[0].upper()}{what[1:]}. Written by `make lock`; see docs/supply.md.\n"
    (FOLDER / name).write_text(head + "\n".join(lock.values()) + "\n", encoding="utf-8")
    print(f"{name}: {len(lock)} packages")


if __name__ == "__main__":
    main()
