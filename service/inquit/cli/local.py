"""The options by which commands load a model into this process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from inquit.cli.failures import needs_extra

if TYPE_CHECKING:
    from inquit.extractor import Extractor

__all__ = ["DeviceOption", "ModelOption", "ThreadsOption", "loaded_extractor"]

ModelOption = Annotated[
    str | None, typer.Option(help="small, base, or a model folder.", show_default="INQUIT_MODEL, else small")
]
DeviceOption = Annotated[
    str | None, typer.Option(help="auto, cpu, cuda, cuda:N or mps.", show_default="auto")
]
ThreadsOption = Annotated[
    int | None, typer.Option(min=1, help="Threads of the model on a CPU.", show_default="all granted cores")
]


def loaded_extractor(model: str | None, device: str | None, threads: int | None) -> Extractor:
    """Load the model; imports torch, so only commands that read here call it.

    INQUIT_MODEL_SHA256 holds here as it does for the service.
    """
    with needs_extra("server"):
        from inquit.extractor import Extractor
    return Extractor.load(
        model or os.environ.get("INQUIT_MODEL") or None,
        device=device or "auto",
        threads=threads,
        sha256=os.environ.get("INQUIT_MODEL_SHA256") or None,
    )
