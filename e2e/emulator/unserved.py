"""Says plainly what can't be served.

moto answers what it lacks with a 500, which the SDK retries 25 times, so that Terraform looks
as if it hung, or with a page of HTML and a 404, which a provider takes for "it is gone".
"""

import html
import json
import logging
import traceback
from typing import TYPE_CHECKING, Any

from moto.core.utils import get_service_model
from werkzeug.wrappers import Response

from emulator.request import Target, body, target

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
        unserved.append(message)
        log.error("%s", message)
        return refusal(wanted, message)(environ, start_response)


def refusal(wanted: Target, message: str) -> Response:
    """The error in the form that the service's clients read."""
    code = "NotServedByEmulator"
    content: str
    if protocol(wanted.service) in {"query", "ec2", "rest-xml"}:
        inside = f"<Error><Code>{code}</Code><Message>{html.escape(message)}</Message></Error>"
        outside = {
            "ec2": f"<Response><Errors>{inside}</Errors><RequestID>-</RequestID></Response>",
            "s3": inside,
        }
        content = outside.get(wanted.service, f"<ErrorResponse>{inside}</ErrorResponse>")
        return Response(content, status=400, content_type="text/xml")
    content = json.dumps({"__type": code, "message": message})
    return Response(
        content,
        status=400,
        content_type="application/x-amz-json-1.1",
        headers={"x-amzn-errortype": code},
    )


def protocol(signing_name: str) -> str:
    """The protocol of a service, as well as its name in the signature tells."""
    names: dict[str, Any] = {"monitoring": "cloudwatch", "elasticloadbalancing": "elbv2"}
    try:
        return str(get_service_model(names.get(signing_name, signing_name)).protocol)
    except Exception:  # noqa: BLE001
        # No description under that name; JSON is the likeliest.
        return "json"
