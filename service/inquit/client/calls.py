"""Calls of the blocking client that can all be ended at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

import grpc

from inquit.client.failures import from_call
from inquit.client.retry import pause_before_retry
from inquit.deadline import Deadline
from inquit.errors import Cancelled, InquitError

if TYPE_CHECKING:
    from inquit.client.connection import Connection

__all__ = ["Calls", "closed", "translated"]

_T = TypeVar("_T")


class Calls:
    """Calls that can all be ended at once, with what goes beside each of them."""

    def __init__(self, connection: Connection, request_id: str | None) -> None:
        self.target = connection.target
        self.metadata = connection.metadata(request_id)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._under_way: set[Any] = set()

    def ask(self, method: grpc.UnaryUnaryMultiCallable[Any, _T], request: Any, deadline: Deadline) -> _T:
        """Call until there is an answer, an error that asking again cannot mend, or no time."""
        while True:
            try:
                return self._ask_once(method, request, deadline)
            except grpc.RpcError as error:
                failure = translated(error, self.target)
                pause = pause_before_retry(failure, deadline)
                if pause is None:
                    raise failure from error
            self.rest(pause)

    def rest(self, seconds: float) -> None:
        """Wait, unless everything is stopped meanwhile."""
        if self._stopped.wait(seconds):
            raise Cancelled("the results are not wanted any more")

    def stop(self) -> None:
        """End all calls, waiting ones included, and refuse new ones."""
        with self._lock:
            self._stopped.set()
            under_way = list(self._under_way)
        for call in under_way:
            call.cancel()

    def _ask_once(
        self, method: grpc.UnaryUnaryMultiCallable[Any, _T], request: Any, deadline: Deadline
    ) -> _T:
        with self._lock:
            if self._stopped.is_set():
                raise Cancelled("the results are not wanted any more")
            try:
                call = method.future(request, timeout=deadline.remaining(), metadata=self.metadata)
            except ValueError as error:
                raise closed() from error
            self._under_way.add(call)
        try:
            return call.result()
        except grpc.FutureCancelledError as error:
            raise Cancelled("the call was given up") from error
        finally:
            with self._lock:
                self._under_way.discard(call)
            call.cancel()  # type: ignore[no-untyped-call] # ends it on Ctrl-C; does nothing once it is done


def closed() -> Cancelled:
    """Return the error of a client that has hung up."""
    return Cancelled("the client is closed", reason="CLIENT_CLOSED")


def translated(error: grpc.RpcError, target: str) -> InquitError:
    """Return what a failed call means."""
    call: Any = error  # what calls raise has these methods, which the class does not promise
    return from_call(call.code(), call.details() or "", call.trailing_metadata(), target)
