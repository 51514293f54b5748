from __future__ import annotations

import pytest
import torch
from threadpoolctl import threadpool_info

from inquit.errors import ModelError
from inquit.model.placement import granted_cores, place


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


def test_threads_are_set() -> None:
    """The number of threads asked for is the network's; without one it is what is granted."""
    before = torch.get_num_threads()
    try:
        place("cpu", threads=1)
        assert torch.get_num_threads() == 1
        place("cpu")
        assert torch.get_num_threads() == granted_cores() >= 1
    finally:
        torch.set_num_threads(before)


def test_a_cpu_leaves_openblas_one_thread() -> None:
    """The decoder's small products never wake threads that would spin beside the network."""
    place("cpu")
    threads = [m["num_threads"] for m in threadpool_info() if m["internal_api"] == "openblas"]
    assert set(threads) <= {1}
