"""What a request asks of AWS."""

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ministack.core import iam_actions
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from emulator.request import SCOPE, body, readable, target

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from moto.moto_server.werkzeug_app import BackendRequest

NAMESPACES = {"monitoring": "cloudwatch"}
"""What a policy calls a service that is signed for under another name."""

GLOBAL = {"iam": "us-east-1", "route53": "us-east-1"}
"""The region of the services that have only one, whatever the client's is:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

S3_CONTROL = "/v20180820/"
"""What the path of a request to S3 Control begins with; it is signed for as S3."""

ACTIONS = {
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "s3control:PutPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
    "s3control:DeletePublicAccessBlock": "s3:PutAccountPublicAccessBlock",
}
"""What a policy calls an operation that has another name there."""

UNSIGNED = {"AssumeRoleWithWebIdentity": "sts"}
"""The operations that need no credentials, and their services."""


@dataclass(frozen=True)
class Call:
    """An operation of a service, with all that a policy can look at."""

    service: str
    """As the SDK for Python calls it."""
    action: str
    """As a policy calls it, "" when nothing tells."""
    parameters: dict[str, Any]
    """As the SDK for Python calls them; empty for S3, which names them in path and headers."""
    key_id: str
    """Of the credentials, "" without any."""
    token: str
    region: str
    account: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes = field(repr=False)
    source: str
    secure: bool

    @property
    def namespace(self) -> str:
        """The action's service."""
        return self.action.partition(":")[0]

    @property
    def operation(self) -> str:
        """The action's name within its service."""
        return self.action.partition(":")[2]

    def values(self, path: str) -> list[str]:
        """The strings at a parameter, as "Name" or "Outer.Inner", which may be a list."""
        found: Any = self.parameters
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        listed = found if isinstance(found, list) else [found]
        return [value for value in listed if isinstance(value, str) and value]

    def value(self, path: str) -> str:
        """The string at a parameter, "" without one."""
        return next(iter(self.values(path)), "")

    @cached_property
    def arns(self) -> list[str]:
        """All ARNs that are parameters themselves."""
        return [arn for name in self.parameters for arn in self.values(name) if _is_arn(arn)]


def read(environ: "WSGIEnvironment") -> Call:
    """Reads a request, and leaves it to be read again."""
    wanted = target(environ)
    scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = wanted.sdk_name or UNSIGNED.get(wanted.operation, "")
    path = environ.get("PATH_INFO", "/")
    if service == "s3" and path.startswith(S3_CONTROL):
        service = "s3control"
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    content = body(environ)
    request = readable(environ)
    query = request.args.to_dict()
    operation, parameters = "", {}
    if service == "s3":
        action = iam_actions.extract_iam_action("s3", request.method, path, headers, b"", query)
        if action == "s3:DeleteObject" and request.method == "POST":
            # ministack doesn't look at the version of the first of several objects.
            [(_, version), *_] = iam_actions._s3_batch_delete_targets(path, content) or [("", "")]
            action += "Version" if version else ""
    else:
        operation, parameters = _parse(service, request, wanted.operation, wanted.is_path)
        namespace = NAMESPACES.get(wanted.service, wanted.service or service)
        action = operation and ACTIONS.get(f"{service}:{operation}", f"{namespace}:{operation}")
    body(environ)
    return Call(
        service=service,
        action=action or "",
        parameters=parameters,
        key_id=_key_id(environ),
        token=headers.get("x-amz-security-token", ""),
        region=GLOBAL.get(service, scope["region"] if scope else "us-east-1"),
        account=os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID),
        method=request.method,
        path=path,
        query=query,
        headers=headers,
        content=content,
        source=environ.get("REMOTE_ADDR", "127.0.0.1"),
        secure=headers.get("x-emulator-transport") != "http",
    )


def _key_id(environ: "WSGIEnvironment") -> str:
    _, found, rest = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")
    return rest.partition("/")[0] if found else ""


def _parse(
    service: str, request: "BackendRequest", name: str, is_path: bool
) -> tuple[str, dict[str, Any]]:
    """The operation and its parameters, as botocore's description of the service has them."""
    if not service:
        return "", {}
    model = get_service_model(service)
    in_path: dict[str, Any] = {}
    if is_path:
        try:
            operation, in_path = get_service_router(service).match(request)
        except (NotFound, NotImplementedError):
            return "", {}
        name = operation.name
    if name not in model.operation_names:
        return "", {}
    parser = PROTOCOL_PARSERS[determine_request_protocol(model, request.content_type)]
    parameters: dict[str, Any] = parser(model.operation_model(name)).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": in_path,
        }
    )
    return name, parameters


def _is_arn(value: str) -> bool:
    return value.startswith("arn:") and value.count(":") >= 5
