"""Serves the operations that the project adds to moto."""

from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model
from werkzeug.wrappers import Response

from emulator.registry import Context, operations
from emulator.request import body, readable, target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Additions:
    """Answers what is registered and passes everything else on."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner
        # The signature may call a service otherwise than the SDK does.
        self.services = {
            get_service_model(service).signing_name: service for service, _ in operations
        }

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        wanted = target(environ)
        service = self.services.get(wanted.service)
        if service is None:
            return self.inner(environ, start_response)
        responder = Responder(service)
        name = wanted.operation
        if wanted.is_path:
            name = responder._get_action_from_method_and_request_uri(readable(environ))
        if (service, name) not in operations:
            body(environ)
            return self.inner(environ, start_response)
        status, headers, text = responder._dispatch(readable(environ))
        return Response(text, status=status, headers=headers)(environ, start_response)


class Responder(BaseResponse):
    """Reads the parameters and writes the result as AWS's own description of the service says."""

    def __init__(self, service: str) -> None:
        super().__init__(service_name=service)
        self.automated_parameter_parsing = True

    def call_action(self) -> Any:
        """Does what moto does, with a registered function in place of a method."""
        function = operations[self.service_name or "", self._get_action()]
        try:
            result = function(self.params, Context(self.current_account, self.region))
        except ServiceException as refusal:
            result = refusal
        return self.serialized(ActionResult(result))
