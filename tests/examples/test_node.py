from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.blackbox

_ROOT = Path(__file__).resolve().parents[2]
_LOCK = _ROOT / "examples" / "node" / "package-lock.json"
_INSTALL_SECONDS = 180.0
_UNREACHED = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Build the example in a copy, as its README tells, and return the command that runs it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node is not installed: node and npm are needed")
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(_ROOT / "proto", root / "proto")
    folder = root / "examples" / "node"
    unwanted = shutil.ignore_patterns("node_modules", "dist", "generated")
    shutil.copytree(_ROOT / "examples" / "node", folder, ignore=unwanted)
    try:
        installed = _npm(folder, "ci", "--no-audit", "--no-fund", "--fetch-retries=1")
    except subprocess.TimeoutExpired:
        pytest.skip(f"the npm registry does not answer: npm ci took over {_INSTALL_SECONDS:.0f} s")
    if installed.returncode and (why := _UNREACHED.search(installed.stderr)):
        pytest.skip(f"the npm registry cannot be reached: npm ci says {why[0]}")
    assert installed.returncode == 0, installed.stderr
    built = _npm(folder, "run", "build")
    assert built.returncode == 0, built.stdout + built.stderr
    return ["node", str(folder / "dist" / "main.js")]


def _npm(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["npm", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=_INSTALL_SECONDS,
        check=False,
    )


def _run(
    program: list[str], *arguments: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*program, *arguments],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("flags", [[], ["--stream"]], ids=["extract", "stream"])
def test_slices_of_the_string_are_the_quotations(
    program: list[str],
    flags: list[str],
    article: Path,
    environment: dict[str, str],
    expected: dict[str, list[str]],
) -> None:
    """JavaScript's own slices, at UTF-16 offsets after emoji, are what Python reads in the same text."""
    done = _run(program, *flags, str(article), environment=environment)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [str(article), *expected["utf16"]]
    assert done.returncode == 0


@pytest.mark.parametrize("flags", [[], ["--stream"]], ids=["extract", "stream"])
def test_errors_come_with_their_details(
    program: list[str], flags: list[str], article: Path, environment: dict[str, str]
) -> None:
    """Reason, field and request id are read out of the details of an error, of a call and within a stream."""
    done = _run(program, *flags, "--language", "de", str(article), environment=environment)
    assert done.returncode == 1
    first, *details = done.stderr.splitlines()
    assert "INVALID_ARGUMENT: document.language_code: " in first
    assert details[:2] == ["  reason LANGUAGE_UNSUPPORTED", "  field document.language_code"]
    assert re.fullmatch(r"  request [0-9a-f]{32}", details[2])


def test_a_deadline_ends_the_wait(program: list[str], article: Path, environment: dict[str, str]) -> None:
    """Where nobody answers, the program ends at its deadline."""
    done = _run(program, "--target", "127.0.0.1:1", "--timeout", "0.5", str(article), environment=environment)
    assert done.returncode == 1
    assert re.match(r"the call failed: (DEADLINE_EXCEEDED|UNAVAILABLE)", done.stderr)


def test_the_lock_names_no_host() -> None:
    """Packages are pinned by version and digest, and come from whatever registry npm is set up for."""
    lock = json.loads(_LOCK.read_text("utf-8"))
    wanted = json.loads(_LOCK.with_name("package.json").read_text("utf-8"))
    for name, package in lock["packages"].items():
        assert not package.get("resolved", "").startswith("http"), name
        assert not name or package["integrity"].startswith("sha512-"), name
    for group in ("dependencies", "devDependencies"):
        assert lock["packages"][""][group] == wanted[group]
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted[group].values())
