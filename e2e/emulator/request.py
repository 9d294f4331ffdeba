"""What AWS service and operation a request is for, as far as it says so itself."""

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from moto.moto_server.werkzeug_app import BackendRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")

SDK_NAMES = {
    "access-analyzer": "accessanalyzer",
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
}
"""What the SDK for Python calls a service that is signed for under another name."""


@dataclass(frozen=True)
class Target:
    """The service's name in the signature, "" without one; the operation as it is written."""

    service: str
    operation: str

    @property
    def is_path(self) -> bool:
        """Whether the operation is a method and a path rather than a name."""
        return " " in self.operation

    @property
    def sdk_name(self) -> str:
        """The service's name in the SDK for Python."""
        return SDK_NAMES.get(self.service, self.service)


def body(environ: "WSGIEnvironment") -> bytes:
    """Reads the body and leaves it to be read again, however much of it was read before."""
    stream = environ["wsgi.input"]
    if isinstance(stream, io.BytesIO):
        stream.seek(0)
    content: bytes = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(content)
    return content


def target(environ: "WSGIEnvironment") -> Target:
    """Where the request goes.

    The JSON protocols name the operation in a header and the query protocols in the body;
    the REST protocols only have a method and a path.
    """
    scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = scope["service"] if scope else ""
    if header := environ.get("HTTP_X_AMZ_TARGET"):
        return Target(service, header.rpartition(".")[2])
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        form = parse_qs(body(environ).decode())
        if "Action" in form:
            return Target(service, form["Action"][0])
    path = environ.get("PATH_INFO", "/")
    query = environ.get("QUERY_STRING", "")
    return Target(service, f"{environ['REQUEST_METHOD']} {path}{'?' + query if query else ''}")


def readable(environ: "WSGIEnvironment") -> BackendRequest:
    """A request whose body nobody has read."""
    body(environ)
    return BackendRequest(dict(environ))
