"""Who may become a role with a token of an identity provider.

A token's signature isn't checked, since it was signed by nobody. All that it says counts.
"""

import base64
import binascii
import json
import time
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext
from moto.iam.models import OpenIDConnectProvider, iam_backends

from emulator.guard import policies, reference, state
from emulator.guard.calls import Call
from emulator.guard.checks import Context

ACTION = "sts:AssumeRoleWithWebIdentity"


class RefusedError(Exception):
    """Why a token gets no credentials: AWS's code, its message and the status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class Federated:
    """Whoever a token speaks of, as its provider vouches for."""

    provider: str
    """The ARN of the provider."""
    role: str
    statement: str
    """The one in the role's trust that lets it be taken."""


def federate(call: Call) -> Federated:
    """Looks at the token and at the role's trust, in the order that AWS does."""
    claims = _claims(call.value("WebIdentityToken"))
    provider = _provider(call, str(claims.get("iss", "")))
    if claims.get("aud") not in provider.client_id_list:
        raise RefusedError("InvalidIdentityToken", "Incorrect token audience")
    if float(claims.get("exp", 0)) < time.time():
        raise RefusedError("ExpiredTokenException", "Token expired")
    role = call.value("RoleArn")
    asked = EvalContext(
        principal_arn=provider.arn,
        principal_type="FederatedUser",
        principal_account=call.account,
        action=ACTION,
        resource_arn=role,
        region=call.region,
        source_ip=call.source,
        secure_transport=call.secure,
        service_context=_context(call, provider, claims),
    )
    text = state.trust(role, call.account) or policies.EMPTY
    trust = policies.document("role trust policy", text)
    named = policies.naming(trust, "Federated", provider.arn)
    result = iam_evaluator.evaluate(asked, [named])
    if result.decision != "Allow":
        raise RefusedError("AccessDenied", f"Not authorized to perform {ACTION}", 403)
    return Federated(provider.arn, role, result.matched_sid)


def _claims(token: str) -> dict[str, Any]:
    try:
        _, middle, _ = token.split(".")
        text = base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))
        claims: dict[str, Any] = json.loads(text)
    except (ValueError, binascii.Error) as error:
        message = "The ID Token provided is not a valid JWT"
        raise RefusedError("InvalidIdentityToken", message) from error
    return claims


def _provider(call: Call, issuer: str) -> OpenIDConnectProvider:
    address = issuer.removeprefix("https://")
    providers = iam_backends[call.account]["aws"].open_id_providers.values()
    for provider in list(providers):
        if provider.url == address:
            return provider
    message = f"No OpenIDConnect provider found in your account for {issuer}"
    raise RefusedError("InvalidIdentityToken", message)


def _context(call: Call, provider: OpenIDConnectProvider, claims: dict[str, Any]) -> Context:
    """The audience and the subject, and the other claims that AWS takes from this provider."""
    action = reference.action(ACTION)
    found = Context({"aws:tagkeys": None, "sts:rolesessionname": call.value("RoleSessionName")})
    for name, value in claims.items():
        key = f"{provider.url}:{name}".lower()
        if name in {"aud", "sub"} or (action and action.gives(key)):
            found[key] = value
    return found
