"""Write what an installation of the service is made of, as CycloneDX 1.6.

    python scripts/sbom.py --environment build/image-venv --out dist/inquit.cdx.json   # or `make sbom`
    python scripts/sbom.py --root MOUNTED_IMAGE --out dist/inquit-image.cdx.json

The first lists the Python packages of an environment and the model; the second, for an image whose
files lie in a folder, its Debian packages too. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.spdx import fixup_id
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "models"
VERSION = "1.6"
_ENVIRONMENT_OF_IMAGE = "opt/venv"

Component = dict[str, Any]


def main() -> None:
    """Write the file, or end with what is wrong with it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--environment", type=Path, help="folder of a virtual environment")
    where.add_argument("--root", type=Path, help="folder with the files of an image")
    parser.add_argument("--model", type=Path, help="folder of the model, if it is not those that come along")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    environment: Path = options.environment or options.root / _ENVIRONMENT_OF_IMAGE
    bom = python_packages(environment)
    bundled = next(environment.glob("lib/python3*/site-packages/inquit/models"), MODELS)
    folders = [options.model] if options.model else sorted(c.parent for c in bundled.glob("*/config.json"))
    further = [model_component(folder) for folder in folders]
    if options.root is not None:
        further += debian_packages(options.root)
    add(bom, further)
    text = json.dumps(bom, indent=2, ensure_ascii=False) + "\n"
    if (fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)) is not None:
        sys.exit(f"not CycloneDX {VERSION}: {fault}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    print(f"{options.out}: {len(bom['components'])} components")


def python_packages(environment: Path) -> dict[str, Any]:
    """Return a bill of the packages of an environment, whether or not its interpreter runs here."""
    packages = next(iter(sorted(environment.glob("lib/python3*/site-packages"))), None)
    if packages is None:
        sys.exit(f"{environment} has no site-packages")
    with tempfile.TemporaryDirectory() as scratch:
        # The tool asks an interpreter for its path; that of an image may be for another machine.
        told = Path(scratch) / "python"
        told.write_text(
            f"#!{sys.executable}\nprint({json.dumps(json.dumps([str(packages)]))})\n", encoding="utf-8"
        )
        told.chmod(0o755)
        command = [sys.executable, "-m", "cyclonedx_py", "environment", "--spec-version", VERSION]
        command += ["--output-reproducible", "--pyproject", str(ROOT / "pyproject.toml")]
        done = subprocess.run(  # noqa: S603  # this project's own tool
            [*command, str(told)], check=True, stdout=subprocess.PIPE, text=True
        )
    bom: dict[str, Any] = json.loads(done.stdout)
    return bom


def model_component(folder: Path) -> Component:
    """Describe a model folder: weights, files beside them, licence, and the sources that its card names."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    card = (folder / "README.md").read_text(encoding="utf-8")
    licence = fixup_id(yaml.safe_load(card.split("---")[1])["license"])
    encoder = re.search(r"^- Encoder: `([^`]+)`", card, flags=re.MULTILINE)
    training = re.search(r"^## Training data\n(.*?)^## ", card, flags=re.MULTILINE | re.DOTALL)
    if licence is None or encoder is None or training is None:
        sys.exit(f"{folder}/README.md does not name licence, encoder and training data")
    sources = re.findall(r"^- (.+)$", training[1], flags=re.MULTILINE)
    base = PackageURL.from_string(f"pkg:huggingface/{encoder[1]}")
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{config['name']}@{config['version']}",
        "name": config["name"],
        "version": config["version"],
        "description": "Finds quotations in English text and says who uttered them",
        # Of several files, of all one after the other.
        "hashes": _hashes(*sorted(folder.glob("*.safetensors"))),
        "licenses": [{"license": {"id": licence}}],
        "pedigree": {
            "ancestors": [{"type": "machine-learning-model", "name": encoder[1], "purl": base.to_string()}]
        },
        "components": [
            {
                "type": "file",
                "bom-ref": f"model:{config['name']}@{config['version']}/{path.name}",
                "name": path.name,
                "hashes": _hashes(path),
            }
            for path in sorted((*folder.glob("*.safetensors"), *_described(folder)))
        ],
        "modelCard": {
            "modelParameters": {
                "approach": {"type": "supervised"},
                "task": "quotation extraction and attribution",
                "architectureFamily": config["encoder"]["model_type"],
                "datasets": [
                    {"type": "dataset", "name": re.split(r"[:(,]", source)[0].strip(), "description": source}
                    for source in sources
                ],
            }
        },
    }


def debian_packages(root: Path) -> Iterator[Component]:
    """List the installed packages of the Debian system in a folder."""
    lines = (root / "etc" / "os-release").read_text(encoding="utf-8").splitlines()
    system = {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}
    distribution = f"{system['ID']}-{system['VERSION_ID']}"
    status = (root / "var" / "lib" / "dpkg" / "status").read_text(encoding="utf-8")
    for paragraph in status.strip().split("\n\n"):
        package = HeaderParser().parsestr(paragraph)
        if not package["Status"].endswith(" installed"):
            continue
        qualifiers = {"arch": package["Architecture"], "distro": distribution}
        url = PackageURL("deb", system["ID"], package["Package"], package["Version"], qualifiers).to_string()
        yield {
            "type": "library",
            "bom-ref": url,
            "name": package["Package"],
            "version": package["Version"],
            "purl": url,
        }


def add(bom: dict[str, Any], components: list[Component]) -> None:
    """Add components that the service depends on; in place."""
    bom["components"] = [*bom["components"], *components]
    service = bom["metadata"]["component"]["bom-ref"]
    bom["dependencies"] += [{"ref": component["bom-ref"]} for component in components]
    needed = next(entry for entry in bom["dependencies"] if entry["ref"] == service)
    needed["dependsOn"] = sorted({*needed.get("dependsOn", []), *(c["bom-ref"] for c in components)})


def _described(folder: Path) -> Iterator[Path]:
    """Yield the files beside the weights that decide what a model does."""
    names = ("config.json", "tokenizer.json", "model.safetensors.index.json")
    return (folder / name for name in names if (folder / name).is_file())


def _hashes(*paths: Path) -> list[dict[str, str]]:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return [{"alg": "SHA-256", "content": digest.hexdigest()}]


if __name__ == "__main__":
    main()
