from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from threadpoolctl import threadpool_info

from inquit.errors import ModelError
from inquit.model.placement import granted_cores, lanes_for, place, return_freed_memory, spare_cores


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("float32", torch.float32), ("bfloat16", torch.bfloat16), ("float16", torch.float16)],
)
def test_the_dtype_asked_for_is_given(dtype: str, expected: torch.dtype) -> None:
    """A dtype by name is that dtype."""
    placement = place("cpu", dtype)
    assert (placement.device.type, placement.dtype) == ("cpu", expected)


@pytest.mark.parametrize(
    ("device", "dtype", "message"),
    [("toaster", "auto", "toaster"), ("cpu", "float8", "float8"), ("cpu", "", "dtype")],
)
def test_an_unknown_name_is_told(device: str, dtype: str, message: str) -> None:
    """A device or dtype that does not exist is a ModelError that names it."""
    with pytest.raises(ModelError, match=message):
        place(device, dtype)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
@pytest.mark.parametrize("device", ["cuda", "cuda:0"])
def test_a_device_that_is_not_there_is_told(device: str) -> None:
    """A device that this machine lacks is a ModelError before anything is loaded."""
    with pytest.raises(ModelError, match="CUDA"):
        place(device)


def test_a_core_is_a_lane() -> None:
    """On a CPU each pass has a core, as many as are granted or asked for; a GPU prepares one ahead."""
    assert lanes_for(torch.device("cpu")) == granted_cores() >= 1
    assert lanes_for(torch.device("cpu"), 5) == 5
    assert lanes_for(torch.device("cuda"), 5) == 2


def test_threads_are_spared() -> None:
    """A pass keeps to its threads, and the decoder's small products wake none beside them."""
    before = torch.get_num_threads()
    try:
        spare_cores(1)
        assert torch.get_num_threads() == 1
        threads = [m["num_threads"] for m in threadpool_info() if m["internal_api"] == "openblas"]
        assert set(threads) <= {1}
    finally:
        torch.set_num_threads(before)


def test_freed_memory_is_returned_where_the_system_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """A C library that cannot be asked, and a system of another kind, are left alone."""
    asked: list[int] = []
    libraries = [SimpleNamespace(malloc_trim=asked.append), SimpleNamespace()]
    monkeypatch.setattr("inquit.model.placement.ctypes.CDLL", lambda _: libraries.pop(0))
    monkeypatch.setattr("inquit.model.placement.sys.platform", "linux")
    return_freed_memory()
    return_freed_memory()
    monkeypatch.setattr("inquit.model.placement.sys.platform", "win32")
    return_freed_memory()
    assert asked == [0]
    assert libraries == []
