"""Writes down every request as what it is: service, operation, verdict."""

import logging
from typing import TYPE_CHECKING, Any

from emulator.request import target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("emulator")


class Journal:
    """Logs a line a request, and the rest of it is the inner application's."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        wanted = target(environ)

        def note(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            log.info("%s %s: %s", wanted.service or "?", wanted.operation, status)
            return start_response(status, headers, *rest)

        return self.inner(environ, note)
