"""What fake workers do in their processes: nothing but hear their parent."""

from __future__ import annotations

import sys
from typing import Any

from inquit.config import ServerSettings
from inquit.parent import HURRY, READY, STOP


def obedient(settings: ServerSettings, number: int, link: Any) -> None:
    """Be ready at once and end when told to."""
    link.send_bytes(READY)
    assert link.recv_bytes() == STOP


def stubborn(settings: ServerSettings, number: int, link: Any) -> None:
    """End only when told to hurry."""
    link.send_bytes(READY)
    while link.recv_bytes() != HURRY:
        pass


def deaf(settings: ServerSettings, number: int, link: Any) -> None:
    """End only with the parent's end of the link."""
    link.send_bytes(READY)
    while link.recv_bytes():
        pass


def troubled(settings: ServerSettings, number: int, link: Any) -> None:
    """End when told to, with threads still at work."""
    link.send_bytes(READY)
    link.recv_bytes()
    sys.exit(number)


def broken(settings: ServerSettings, number: int, link: Any) -> None:
    """Fail before being ready, unless this is the first worker."""
    if number > 0:
        sys.exit(3)
    obedient(settings, number, link)
