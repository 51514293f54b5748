"""The bearer tokens that open the service."""

from __future__ import annotations

import hmac
from functools import partial
from hashlib import sha256
from pathlib import Path

from inquit.errors import InvalidInput
from inquit.watched_files import WatchedFiles, read_file

__all__ = ["Tokens"]

_SETTING = "token_file"


class Tokens:
    """One token a line, looked up at every call, so that a changed file holds at once."""

    def __init__(self, path: Path | None) -> None:
        """Without a file everybody is allowed; raises InvalidInput."""
        self._files = None if path is None else WatchedFiles({_SETTING: path}, partial(_digests, path))

    @property
    def required(self) -> bool:
        """Whether callers need a token."""
        return self._files is not None

    def allow(self, authorization: str | bytes) -> bool:
        """Tell whether this value of the metadata brings one of the tokens."""
        if self._files is None:
            return True
        self._files.refresh()
        given = authorization.encode() if isinstance(authorization, str) else authorization
        scheme, _, token = given.partition(b" ")
        digest = sha256(token.strip()).digest()
        # Every token is compared, each in constant time, so that timing tells nothing; digests
        # hide the length as well.
        matches = [hmac.compare_digest(digest, known) for known in self._files.value]
        return scheme.lower() == b"bearer" and any(matches)


def _digests(path: Path) -> list[bytes]:
    try:
        lines = read_file(path, _SETTING).decode().splitlines()
    except UnicodeDecodeError:
        # The foreign message quotes the bytes.
        raise InvalidInput(f"{_SETTING}: {path} is not UTF-8", field=_SETTING) from None
    tokens = {number: line.strip() for number, line in enumerate(lines, 1) if line.strip()}
    if not tokens:
        raise InvalidInput(f"{_SETTING}: {path} holds no token", field=_SETTING)
    for number, token in tokens.items():
        if not token.isascii() or not token.isprintable():
            raise InvalidInput(
                f"{_SETTING}: line {number} of {path} is not printable ASCII, so no caller could send it",
                field=_SETTING,
            )
    return [sha256(token.encode()).digest() for token in tokens.values()]
