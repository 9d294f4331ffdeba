"""An error in the form that a service's clients read."""

import html
import json

from moto.core.utils import get_service_model
from werkzeug.wrappers import Response


def refusal(service: str, status: int, code: str, message: str) -> Response:
    """The error of a service, which is named as in the SDK for Python."""
    content: str
    if protocol(service) in {"query", "ec2", "rest-xml"}:
        inside = f"<Error><Code>{code}</Code><Message>{html.escape(message)}</Message></Error>"
        outside = {
            "ec2": f"<Response><Errors>{inside}</Errors><RequestID>-</RequestID></Response>",
            "s3": inside,
        }
        content = outside.get(service, f"<ErrorResponse>{inside}</ErrorResponse>")
        return Response(content, status=status, content_type="text/xml")
    content = json.dumps({"__type": code, "message": message})
    return Response(
        content,
        status=status,
        content_type="application/x-amz-json-1.1",
        headers={"x-amzn-errortype": code},
    )


def protocol(service: str) -> str:
    """The protocol of a service."""
    try:
        return str(get_service_model(service).protocol)
    except Exception:  # noqa: BLE001
        # No description under that name; JSON is the likeliest.
        return "json"
