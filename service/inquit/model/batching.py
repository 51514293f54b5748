"""Windows padded into one batch, and its way to the device and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inquit.model.encoding import Window
from inquit.model.network import WindowBatch
from inquit.model.windows import stepped

__all__ = ["fetched", "pad_windows"]


def pad_windows(windows: Sequence[Window], device: torch.device) -> WindowBatch:
    """Stack windows, padded with zeros to the longest, rounded up to a step."""
    longest = stepped(max(w.length for w in windows))
    # Half of the bytes of Python's integers: on a GPU they have a long way.
    stacked = np.zeros((4, len(windows), longest), dtype=np.int32)
    mask = np.zeros((len(windows), longest), dtype=bool)
    for row, window in enumerate(windows):
        parts = (window.piece_ids, window.shapes, window.mark_states, window.breaks)
        for feature, values in enumerate(parts):
            stacked[feature, row, : window.length] = values
        mask[row, : window.length] = True
    piece_ids, shapes, mark_states, breaks = _moved(stacked, device).unbind(0)
    return WindowBatch(piece_ids, shapes, mark_states, breaks, _moved(mask, device), is_full=bool(mask.all()))


def fetched(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    """Return a copy on the CPU in this format; on a GPU it is there once the device was synchronised."""
    converted = tensor.to(dtype)
    if tensor.device.type != "cuda":
        return converted.to("cpu")
    # Through pinned memory the device copies by itself, several at once.
    place = torch.empty(converted.shape, dtype=dtype, pin_memory=True)
    return place.copy_(converted, non_blocking=True)


def _moved(array: NDArray[Any], device: torch.device) -> Tensor:
    tensor = torch.from_numpy(array)
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)
