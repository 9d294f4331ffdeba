"""Answers the question that a test asks in the end: what was missing, what was superfluous?"""

import json
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from emulator.registry import uses
from emulator.unserved import unserved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# No bucket's name can begin like this.
PATH = "/_emulator/report"


class Report:
    """Serves the report and passes everything else on."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        if environ.get("PATH_INFO") != PATH:
            return self.inner(environ, start_response)
        content = json.dumps({"unserved": unserved, "uses": uses})
        return Response(content, content_type="application/json")(environ, start_response)
