"""Windows padded into one batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from inquit.model.encoding import Window
from inquit.model.network import WindowBatch
from inquit.model.windows import stepped

__all__ = ["pad_windows"]


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
    piece_ids, shapes, mark_states, breaks = torch.from_numpy(stacked).to(device).unbind(0)
    return WindowBatch(
        piece_ids, shapes, mark_states, breaks, torch.from_numpy(mask).to(device), is_full=bool(mask.all())
    )
