from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from inquit.config import ServerSettings

_ROOT = Path(__file__).resolve().parents[2]
_UNITS = {"Mi": 2**20, "Gi": 2**30, "M": 2**20, "G": 2**30, "m": 2**20, "g": 2**30}
"""Long ones as in Kubernetes; the short ones as in Compose and Docker, where they are powers of two as well."""
_MESSAGES = 4
"""Of the largest size, on their way at once."""


def text(name: str) -> str:
    """Read a file of the repository."""
    return (_ROOT / name).read_text(encoding="utf-8")


def needed() -> float:
    """Return the bytes that the document on operations reckons for the default settings."""
    found = re.search(
        r"\| memory \| ([\d.]+) GB for each worker, plus (\d+) bytes for each of `pending_characters` \(([\d,]+): ",
        text("docs/operations.md"),
    )
    assert found is not None
    settings = ServerSettings()
    assert int(found[3].replace(",", "")) == settings.pending_characters
    of_texts = int(found[2]) * settings.pending_characters
    return float(found[1]) * 1e9 * settings.workers + of_texts + _MESSAGES * settings.max_message_bytes


def of_compose() -> str:
    """Return the limit of the container."""
    service = yaml.safe_load(text("compose.yaml"))["services"]["inquit"]
    assert "environment" not in service
    return str(service["deploy"]["resources"]["limits"]["memory"])


def of_pods(kind: str) -> str:
    """Return the limit of the pods."""
    assert "PENDING_CHARACTERS" not in text("deploy/k8s/base/settings.env")
    deployment = yaml.safe_load(text(f"deploy/k8s/{kind}/deployment.yaml"))
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return str(container["resources"]["limits"]["memory"])


def of_command() -> str:
    """Return the limit of the command that the document on the image shows."""
    (found,) = re.findall(r"--memory (\S+)", text("docs/image.md"))
    return str(found)


@pytest.mark.parametrize(
    "limit",
    [of_compose, lambda: of_pods("base"), lambda: of_pods("gpu"), of_command],
    ids=["compose", "kubernetes", "gpu", "docker"],
)
def test_memory_is_enough_for_what_is_let_in(limit: Callable[[], str]) -> None:
    """Texts that the default settings admit do not bring a container to its limit."""
    number, unit = re.fullmatch(r"(\d+)(\w+)", limit()).groups()  # type: ignore[union-attr]
    assert int(number) * _UNITS[unit] >= needed()
