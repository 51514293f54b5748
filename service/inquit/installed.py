"""Which release of inquit this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["installed_version"]


def installed_version() -> str:
    """Return the version of the installed package, `unknown` where it runs from plain sources."""
    try:
        return version("inquit")
    except PackageNotFoundError:
        return "unknown"
