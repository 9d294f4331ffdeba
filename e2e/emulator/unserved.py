"""Says plainly what can't be served.

moto answers what it lacks with a 500, which the SDK retries 25 times, so that Terraform looks
as if it hung, or with a page of HTML and a 404, which a provider takes for "it is gone".
"""

import logging
import traceback
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from emulator.refusal import refusal
from emulator.request import body, target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("emulator")

unserved: list[str] = []
"""What was asked for in vain, in order."""


class Unserved:
    """Turns whatever the inner application can't serve into a 400 that names it."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        body(environ)
        try:
            answer = Response.from_app(self.inner, environ, buffered=True)
        except NotImplementedError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001
            # Whatever it was, the one who asked must hear of it and not try again.
            traceback.print_exc()
            reason = f"{type(error).__name__}: {error}"
        else:
            # AWS answers in XML or JSON; a page of HTML means that moto knows no such path.
            if answer.status_code < 400 or not answer.data.lower().startswith(b"<!doctype html"):
                return answer(environ, start_response)
            reason = answer.status
        body(environ)
        wanted = target(environ)
        message = f"the emulator can't serve {wanted.service or '?'} {wanted.operation} ({reason})"
        note(message)
        answer = refusal(wanted.sdk_name, 400, "NotServedByEmulator", message)
        return answer(environ, start_response)


def note(message: str) -> None:
    """Says what can't be served or judged, so that the test that wanted it fails."""
    if message not in unserved:
        unserved.append(message)
        log.error("%s", message)
