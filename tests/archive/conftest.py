from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from inquit.archive.files import ArchiveFile, archive_files
from inquit.model.weights import save_model
from tiny_model import tiny_config, tiny_network, tiny_tokenizer

Written = Callable[[str, bytes], ArchiveFile]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Return a function that writes an input file."""

    def write(name: str, content: bytes) -> ArchiveFile:
        path = tmp_path / name
        path.write_bytes(content)
        (file,) = archive_files([path])
        return file

    return write


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a model folder with random weights."""
    folder = tmp_path_factory.mktemp("tiny")
    save_model(folder, tiny_network(), tiny_config(), tiny_tokenizer())
    return folder
