"""The bill of materials says what is there: packages, system, and the model with its sources."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_MODELS = _ROOT / "models"
_STATUS = """\
Package: tini
Status: install ok installed
Architecture: amd64
Version: 0.19.0-1+b3
Description: tiny but valid init
 with a second line

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the tool asks a script in place of an interpreter"),
]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder that looks like the files of an image."""
    root = tmp_path_factory.mktemp("image")
    package = root / "opt" / "venv" / "lib" / "python3.11" / "site-packages" / "harbour-1.2.dist-info"
    package.mkdir(parents=True)
    metadata = "Metadata-Version: 2.4\nName: harbour\nVersion: 1.2\nLicense-Expression: MIT\n"
    (package / "METADATA").write_text(metadata, encoding="utf-8")
    (root / "etc").mkdir()
    (root / "etc" / "os-release").write_text('ID=debian\nVERSION_ID="12"\n', encoding="utf-8")
    (root / "var" / "lib" / "dpkg").mkdir(parents=True)
    (root / "var" / "lib" / "dpkg" / "status").write_text(_STATUS, encoding="utf-8")
    return root


def _run(image: Path, out: Path) -> bytes:
    # It ends with an error where what it would write is not valid CycloneDX.
    script = _ROOT / "scripts" / "sbom.py"
    subprocess.run(
        [sys.executable, str(script), "--root", str(image), "--out", str(out)],
        check=True,
        capture_output=True,
    )
    return out.read_bytes()


@pytest.fixture(scope="module")
def bill(image: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Read the bill of the image."""
    read: dict[str, Any] = json.loads(_run(image, tmp_path_factory.mktemp("bill") / "sbom.json"))
    return read


def test_packages_of_python_and_of_the_system_are_listed(bill: dict[str, Any]) -> None:
    """Each has its name, version and package URL; what was removed from the system is left out."""
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "inquit"
    found = {component["name"]: component for component in bill["components"]}
    assert found.keys() == {"harbour", "inquit-base-en", "inquit-small-en", "tini"}
    assert found["harbour"]["purl"] == "pkg:pypi/harbour@1.2"
    assert found["harbour"]["licenses"][0]["license"]["id"] == "MIT"
    assert found["tini"]["purl"] == "pkg:deb/debian/tini@0.19.0-1%2Bb3?arch=amd64&distro=debian-12"


@pytest.mark.parametrize(
    ("name", "encoder"), [("inquit-small-en", "all-MiniLM-L6-v2"), ("inquit-base-en", "all-mpnet-base-v2")]
)
def test_a_model_is_listed_with_its_sources(bill: dict[str, Any], name: str, encoder: str) -> None:
    """Whoever audits the image learns the weights' hash, the encoder below them and what they learned from."""
    (model,) = (c for c in bill["components"] if c["name"] == name)
    folder = _MODELS / name
    weights = b"".join(path.read_bytes() for path in sorted(folder.glob("*.safetensors")))
    assert model["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(weights).hexdigest()}]
    assert model["version"] == json.loads((folder / "config.json").read_text(encoding="utf-8"))["version"]
    assert model["licenses"][0]["license"]["id"] == "Apache-2.0"
    parts = {part["name"] for part in model["components"]}
    assert parts == {p.name for p in folder.iterdir() if p.suffix in {".json", ".safetensors"}} - {
        "eval.json"
    }
    assert model["pedigree"]["ancestors"][0]["name"] == f"sentence-transformers/{encoder}"
    names = [data["name"] for data in model["modelCard"]["modelParameters"]["datasets"]]
    assert names[:3] == ["PolNeAR 1.0", "LitBank", "Project Dialogism Novel Corpus"]


def test_the_service_depends_on_what_was_added(bill: dict[str, Any]) -> None:
    """Tools that walk the dependencies reach the model and the system."""
    (service,) = (d for d in bill["dependencies"] if d["ref"] == bill["metadata"]["component"]["bom-ref"])
    assert {c["bom-ref"] for c in bill["components"] if c["name"] != "harbour"} <= set(service["dependsOn"])


def test_the_same_image_gives_the_same_bill(image: Path, bill: dict[str, Any], tmp_path: Path) -> None:
    """Nothing of the time, the machine or chance is in it."""
    again = _run(image, tmp_path / "sbom.json")
    assert json.loads(again) == bill
    assert str(_ROOT).encode() not in again
    assert b"serialNumber" not in again
    assert b"timestamp" not in again
