from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_MODEL = _ROOT / "models" / "inquit-small-en"
_PROJECT: dict[str, Any] = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a release does, with what is installed already."""
    assert any(_MODEL.glob("*.safetensors")), "a wheel carries its model, and this tree has none"
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(_ROOT)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """Name the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel where this checkout cannot be seen; its dependencies come from here."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    site = _run(python, "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, str(wheel)],
        check=True,
        capture_output=True,
    )
    return python


def _run(python: Path, code: str, *, cwd: Path) -> str:
    answer = subprocess.run(
        [str(python), "-I", "-c", code], check=False, capture_output=True, text=True, cwd=cwd
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_the_wheel_carries_all_of_the_package(names: set[str]) -> None:
    """Every module, page template and stub of the source tree is in the wheel, typed."""
    source = _ROOT / "service" / "inquit"
    wanted = {
        f"inquit/{path.relative_to(source).as_posix()}"
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= names
    assert "inquit/py.typed" in wanted


def test_the_wheel_carries_the_whole_model(names: set[str]) -> None:
    """Weights, tokenizer, configuration and card travel with the code."""
    wanted = {f"inquit/models/inquit-small-en/{path.name}" for path in _MODEL.iterdir() if path.is_file()}
    assert wanted <= names
    assert any(name.endswith("/tokenizer.json") for name in wanted)


def test_the_wheel_carries_nothing_else(names: set[str]) -> None:
    """Tests, benchmarks, data and build files stay out."""
    assert {name.split("/")[0] for name in names} == {"inquit", f"inquit-{_PROJECT['version']}.dist-info"}
    assert not [name for name in names if "test" in name.lower() or name.endswith(".jsonl")]


def test_the_client_alone_needs_no_torch(wheel: Path) -> None:
    """`pip install inquit` brings gRPC and protobuf, and nothing of the model or the server."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode("utf-8"))
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert sorted(line.split(">")[0].split("<")[0].strip() for line in needed) == [
        "googleapis-common-protos",
        "grpcio",
        "protobuf",
    ]
    assert {"cli", "server", "train", "dev"} <= set(metadata.get_all("Provides-Extra", []))
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_client_imports_from_the_wheel(installed: Path) -> None:
    """The installed package is complete: its client imports from there, without torch."""
    found = _run(
        installed,
        # The dependencies are borrowed from the environment of the tests, behind the wheel's own.
        f"import sys; sys.path += {[path for path in sys.path if 'site-packages' in path]!r}\n"
        "import inquit\n"
        "inquit.Client\n"
        "heavy = {'torch', 'transformers', 'structlog', 'typer'} & set(sys.modules)\n"
        "print(inquit.__file__, sorted(heavy))",
        cwd=installed.parent,
    )
    assert found.startswith(str(installed.parents[1]))
    assert found.endswith("[]")


def test_the_model_loads_from_the_wheel(installed: Path) -> None:
    """Installed elsewhere, the default model is the copy inside the package."""
    found = _run(
        installed,
        f"import sys; sys.path += {[path for path in sys.path if 'site-packages' in path]!r}\n"
        "from inquit.extractor import Extractor\n"
        "extraction = Extractor.load(device='cpu').extract('“We saw it,” said Ada Brill.')\n"
        "print([span.text for quote in extraction.quotes for span in quote.verbatim])",
        cwd=installed.parent,
    )
    assert found == "['We saw it,']"


def test_constraints_pin_what_the_project_asks_for() -> None:
    """Every direct requirement has an exact pin, and torch is pinned without a build tag."""
    lines = (_ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    extras = [line for extra in _PROJECT["optional-dependencies"].values() for line in extra]
    asked = {
        line.split(";")[0].split(">")[0].split("=")[0].split("[")[0].strip()
        for line in (*_PROJECT["dependencies"], *extras)
        if not line.startswith("inquit[")
    }
    assert sorted(asked - pins.keys()) == []
    assert "+" not in pins["torch"]
