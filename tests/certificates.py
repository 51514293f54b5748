"""Certificates in files, as services and callers name them in their settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import trustme

__all__ = ["issue", "replace", "settings", "write_authority"]


def issue(authority: trustme.CA, folder: Path, name: str = "localhost") -> None:
    """Write key.pem and cert.pem for the name, each moved to its place, over what was there."""
    issued = authority.issue_cert(name)
    replace(folder / "key.pem", issued.private_key_pem.bytes())
    replace(folder / "cert.pem", b"".join(pem.bytes() for pem in issued.cert_chain_pems))


def write_authority(authority: trustme.CA, path: Path) -> Path:
    """Write the authority's own certificate; return the path."""
    replace(path, authority.cert_pem.bytes())
    return path


def settings(folder: Path) -> dict[str, Any]:
    """Return the settings of a service that has its pair in that folder."""
    return {"host": "localhost", "tls_key": folder / "key.pem", "tls_cert": folder / "cert.pem"}


def replace(path: Path, content: bytes) -> None:
    """Write a file as careful programs do: whole, then moved to its place."""
    path.parent.mkdir(exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    os.replace(beside, path)  # noqa: PTH105  # Path.replace under the name of this function
