"""Serves one request at a time."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS = 60
"""No request takes that long. moto can send one to itself, which would wait for its own end."""


class Serial:
    """Lets nobody in while another request is served.

    moto keeps everything in dictionaries, some of which it walks through while another thread
    changes them.
    """

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner
        self.lock = threading.Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        if not self.lock.acquire(timeout=SECONDS):
            raise NotImplementedError("a request that waits for another one, which doesn't end")
        try:
            return self.inner(environ, start_response)
        finally:
            self.lock.release()
