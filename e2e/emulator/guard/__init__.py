"""Says no as AWS does.

Every call is judged by the policies that moto keeps, with ministack's evaluator: by those of the
user or role whose credentials were used, its permissions boundary and its session's policy, by
that of the resource, and by a role's trust. What isn't judged stands in e2e/README.md.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ministack.core import iam_actions

from emulator.guard import (
    calls,
    dependents,
    keys,
    linked,
    principals,
    record,
    reference,
    resources,
    trust,
    unknown,
    verdict,
)
from emulator.guard.calls import Call
from emulator.guard.checks import Check
from emulator.guard.principals import Principal
from emulator.guard.resource import Resource
from emulator.refusal import protocol, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.wrappers import Response

FREE = {"sts:GetCallerIdentity"}
"""What anybody with credentials may ask:
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

ESCALATING = {"sts:GetFederationToken", "sts:GetSessionToken"}
"""What moto answers with a key that is the root user's."""


class Guard:
    """Lets through what is allowed, and answers everything else."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        call = calls.read(environ)
        refused = judge(call)
        return (refused or self.inner)(environ, start_response)


def judge(call: Call) -> "Response | None":
    """The refusal of a call, or None."""
    if call.action == trust.ACTION:
        return _federated(call)
    try:
        principal = principals.identify(call)
    except principals.UnknownError as error:
        return unknown.refuse(call.service, str(error))
    if call.action in FREE:
        return None
    if reference.action(call.action) is None or call.action in ESCALATING:
        message = f"the guard doesn't know what {call.service} {call.method} {call.path} asks for"
        raise NotImplementedError(message)
    if call.action == "sts:AssumeRole" and principal.kind == "Account":
        return refusal("sts", 403, "AccessDenied", "Roles may not be assumed by root accounts.")
    for check in _checks(call):
        answer = verdict.judge(call, principal, check)
        _note(principal, check, answer)
        if not answer.allowed:
            return _denied(call, answer.message)
    linked.made(call)
    return None


def _checks(call: Call) -> Iterator[Check]:
    """All that AWS asks about the call, the action itself first."""
    touched = [*resources.of(call)]
    own = [Check(call.action, resource) for resource in touched]
    if call.service == "s3":
        own += [
            Check(action, Resource(arn))
            for action, arn in iam_actions.s3_additional_checks(
                call.method, call.path, call.headers, call.content, call.query
            )
        ]
    yield from own
    yield from dependents.tagging(call, touched)
    yield from dependents.passing(call)
    yield from dependents.implied(call, touched)
    yield from linked.asked(call)
    yield from dependents.on_behalf(call)
    yield from keys.uses(call, own)


def _note(principal: Principal, check: Check, answer: verdict.Verdict) -> None:
    who = check.by or principal.identity
    record.note(
        record.Entry(
            principal=who,
            action=check.action,
            resource=check.resource.arn,
            via=check.via,
            allowed=answer.allowed,
            statements=answer.statements,
        )
    )


def _federated(call: Call) -> "Response | None":
    try:
        found = trust.federate(call)
    except trust.RefusedError as error:
        entry = record.Entry("", call.action, call.value("RoleArn"), "", False, ())
        record.note(entry)
        return refusal("sts", error.status, error.code, error.message)
    entry = record.Entry(found.provider, call.action, found.role, "", True, (found.statement,))
    record.note(entry)
    return None


def _denied(call: Call, message: str) -> "Response":
    if call.service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
        return refusal("ec2", 403, "UnauthorizedOperation", message)
    json = protocol(call.service) in {"json", "rest-json"}
    code = "AccessDeniedException" if json else "AccessDenied"
    return refusal(call.service, 403, code, message)
