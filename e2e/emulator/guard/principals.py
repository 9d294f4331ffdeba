"""Who a request's credentials belong to, and which policies say what that one may do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ministack.core.iam_evaluator import ParsedStatement
from moto.core.utils import utcnow
from moto.iam.models import IAMBackend, Role, User, iam_backends
from moto.sts.models import AssumedRole, sts_backends

from emulator.guard.calls import Call
from emulator.guard.policies import Statements, statements

ROOT_KEY = "AKIAIOSFODNN7EXAMPLE"
"""The key of the account's root user, which the tests that set things up have."""

INVALID, BAD_TOKEN, EXPIRED, MISSING = "invalid", "bad token", "expired", "missing"


class UnknownError(Exception):
    """Credentials that belong to nobody; the message is one of the reasons above."""


@dataclass(frozen=True)
class Principal:
    """Somebody whose calls are judged."""

    arn: str
    """As refusals and resource policies have it: of a role the session."""
    identity: str
    """The user or role that the policies belong to."""
    kind: str
    """aws:PrincipalType."""
    policies: list[Statements]
    limits: dict[str, list[Statements]] = field(default_factory=dict)
    """What has to allow as well: the permissions boundary and the session's policy."""
    keys: dict[str, Any] = field(default_factory=dict)
    """The condition keys that tell of the principal."""


def root(account: str) -> Principal:
    """The root user, whom only the policies of resources can refuse anything."""
    arn = f"arn:aws:iam::{account}:root"
    everything = ParsedStatement("root", "Allow", actions=["*"], resources=["*"])
    return Principal(arn, arn, "Account", [[everything]])


def service(name: str) -> Principal:
    """An AWS service that acts by itself, as logs.eu-central-1.amazonaws.com."""
    return Principal(name, name, "Service", [], keys={"aws:principalisawsservice": "true"})


def identify(call: Call) -> Principal:
    """Finds whose credentials they are."""
    if not call.key_id:
        raise UnknownError(MISSING)
    if call.key_id == ROOT_KEY:
        return root(call.account)
    iam = iam_backends[call.account]["aws"]
    for session in list(sts_backends[call.account]["aws"].assumed_roles):
        if session.access_key_id == call.key_id:
            return _session(iam, session, call.token)
    user = iam.get_user_from_access_key_id(call.key_id)
    if user is None:
        raise UnknownError(INVALID)
    if call.token:
        raise UnknownError(BAD_TOKEN)
    return _user(iam, user)


def _user(iam: IAMBackend, user: User) -> Principal:
    policies = [statements(name, text) for name, text in user.policies.items()]
    policies += _managed(user.managed_policies)
    for group in iam.get_groups_for_user(user.name):
        policies += [statements(name, text) for name, text in group.policies.items()]
        policies += _managed(group.managed_policies)
    keys = {"aws:username": user.name, "aws:userid": user.id, **_tags(user.tags or [])}
    return Principal(user.arn, user.arn, "User", policies, keys=keys)


def _session(iam: IAMBackend, session: AssumedRole, token: str) -> Principal:
    if session.session_token != token:
        raise UnknownError(BAD_TOKEN)
    role = find_role(iam, session.role_arn)
    if role is None:
        raise UnknownError(INVALID)
    if session.expiration < utcnow():
        raise UnknownError(EXPIRED)
    policies = [statements(name, text) for name, text in role.policies.items()]
    policies += _managed(role.managed_policies)
    limits = {}
    if arn := role.permissions_boundary_arn:
        boundary = iam.managed_policies.get(arn)
        # A boundary that isn't there allows nothing.
        limits["permissions boundary"] = _managed({arn: boundary} if boundary else {})
    if session.policy:
        limits["session policy"] = [statements("session", session.policy)]
    keys = {
        "aws:userid": session.user_id,
        "aws:multifactorauthpresent": "false",
        **_tags(role.tags),
    }
    return Principal(session.arn, role.arn, "AssumedRole", policies, limits, keys)


def find_role(iam: IAMBackend, arn: str) -> Role | None:
    """The role with the ARN."""
    return next((role for role in list(iam.roles.values()) if role.arn == arn), None)


def _managed(attached: dict[str, Any]) -> list[Statements]:
    found = []
    for policy in attached.values():
        versions = (v for v in policy.versions if v.version_id == policy.default_version_id)
        found.append(statements(policy.arn, next(versions).document))
    return found


def _tags(tags: Iterable[dict[str, str]]) -> dict[str, str]:
    return {f"aws:principaltag/{tag['Key']}".lower(): tag["Value"] for tag in tags}
