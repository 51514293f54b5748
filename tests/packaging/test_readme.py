from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from inquit.config import ServerSettings

_README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_the_settings_table_is_that_of_the_service() -> None:
    """The README names every setting of the service, in order, with its default."""
    rows = re.findall(r"^\| `(INQUIT_\w+)` \| (?:`([^`]*)`)? *\|", _README, flags=re.MULTILINE)
    assert rows == [
        (f"INQUIT_{name.upper()}", "" if field.default is None else _shown(field.default))
        for name, field in ServerSettings.model_fields.items()
    ]
