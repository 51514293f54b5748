"""The locks of the image hold everything that is installed, in the versions that were tested, with hashes."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).resolve().parents[2]
_FOLDER = _ROOT / "deploy" / "image"
_PROJECT: dict[str, Any] = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_EXTRAS = ("server", "otel")
_MAIN = "requirements.txt"
_CPU = "requirements-torch-cpu.txt"
_CUDA = "requirements-torch-cuda.txt"
_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)
_MACHINES = ("x86_64", "aarch64")


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _pins(name: str) -> dict[str, str]:
    return {found[1]: found[2] for found in _PIN.finditer(_text(name))}


def _constraints() -> dict[str, str]:
    lines = (_ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


@pytest.mark.parametrize("name", [_MAIN, _CPU, _CUDA])
def test_every_line_is_a_pin_with_hashes(name: str) -> None:
    """Beside pins with SHA-256 hashes there are comments alone: no indexes, no addresses, no options."""
    rest = re.sub(r"^ *#.*$", "", _PIN.sub("", _text(name)), flags=re.MULTILINE)
    assert rest.strip() == ""
    assert _pins(name)


def test_versions_are_those_that_were_tested() -> None:
    """What the image installs is what `constraints.txt` pins for everybody."""
    constraints = _constraints()
    locked = _pins(_MAIN) | _pins(_CPU)
    assert {name: constraints.get(name) for name in locked} == locked
    assert _pins(_CUDA)["torch"] == _pins(_CPU)["torch"]


def test_no_package_is_locked_twice() -> None:
    """One of the two files for torch goes with the main one, and they do not speak of the same packages."""
    assert not _pins(_MAIN).keys() & (_pins(_CPU).keys() | _pins(_CUDA).keys())


@pytest.mark.parametrize("machine", _MACHINES)
def test_everything_that_is_needed_is_locked(machine: str) -> None:
    """Whatever the extras `server` and `otel` need on Linux, at any depth, has its pin."""
    locked = _pins(_MAIN).keys() | _pins(_CPU).keys()
    assert sorted(_needed(machine) - locked) == []


@pytest.mark.parametrize("machine", _MACHINES)
def test_nothing_else_is_locked(machine: str) -> None:
    """A package that nothing needs any more leaves the lock."""
    locked = _pins(_MAIN).keys() | _pins(_CPU).keys()
    assert sorted(locked - _needed(machine)) == []


def _needed(machine: str) -> set[str]:
    """Follow the requirements of the project, and of what is installed here, as they are on Linux."""
    system = {
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": "3.11.0",
        "python_version": "3.11",
        "sys_platform": "linux",
    }
    found: set[str] = set()
    waiting = {("inquit", extra) for extra in ("", *_EXTRAS)}
    seen: set[tuple[str, str]] = set()
    while waiting:
        package, extra = one = waiting.pop()
        seen.add(one)
        for need in _requirements(package, extra):
            if need.marker is None or need.marker.evaluate({**system, "extra": extra}):
                name = canonicalize_name(need.name)
                found.add(name)
                waiting |= {(name, inner) for inner in ("", *need.extras)} - seen
    return found - {"inquit"}


def _requirements(package: str, extra: str) -> list[Requirement]:
    if package == "inquit":
        # Not from its metadata, which in a checkout may be of an earlier day.
        return [
            Requirement(line)
            for line in _PROJECT["optional-dependencies"].get(extra, _PROJECT["dependencies"])
        ]
    needs = [Requirement(line) for line in requires(package) or []]
    # The lock without NVIDIA's libraries is that of torch's CPU build.
    return [need for need in needs if package != "torch" or not re.match(r"cuda|nvidia|triton", need.name)]
