"""Who asked for what, and what let it happen."""

import json
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# No bucket's name can begin like this.
PATH = "/_emulator/calls"


@dataclass(frozen=True)
class Entry:
    """One question and its answer."""

    principal: str
    """The ARN of the user or the role, of the root user or of the service; "" of nobody."""
    action: str
    resource: str
    via: str
    """The service that acted for the principal, as "s3"; "" without one."""
    allowed: bool
    statements: tuple[str, ...]
    """Those that allowed it, as <policy>/<Sid>; a policy is known by its ARN or its name."""


entries: Counter[Entry] = Counter()
lock = threading.Lock()


def note(entry: Entry) -> None:
    """Counts the entry."""
    with lock:
        entries[entry] += 1


class Record:
    """Serves the entries and passes everything else on."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        if environ.get("PATH_INFO") != PATH:
            return self.inner(environ, start_response)
        with lock:
            listed = [{**asdict(entry), "count": count} for entry, count in entries.items()]
        content = json.dumps(listed)
        return Response(content, content_type="application/json")(environ, start_response)
