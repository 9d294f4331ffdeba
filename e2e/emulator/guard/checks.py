"""What AWS asks about a call: may this be done to that, and what is known of it?"""

import re
from dataclasses import dataclass, field
from typing import Any

from emulator.guard import reference, state, tags
from emulator.guard.calls import Call
from emulator.guard.policies import PRINCIPAL_ARN
from emulator.guard.principals import Principal
from emulator.guard.resource import Resource
from emulator.unserved import note


@dataclass(frozen=True)
class Check:
    """One question, which has to be answered with yes."""

    action: str
    resource: Resource
    keys: dict[str, Any] = field(default_factory=dict)
    """Condition keys of the service, in lower case, as far as the action documents them."""
    via: str = ""
    """The service that acts for the caller, as "s3"."""
    region: str = ""
    """Where, unless it is the call's region."""
    by: str = ""
    """The service that acts by itself, as "logs.eu-central-1.amazonaws.com"."""
    message: str = ""
    """What that service says to a refusal, instead of naming the action."""


class Context(dict[str, Any]):
    """The values of condition keys, which notices when a policy asks for one that isn't known."""

    def __contains__(self, key: object) -> bool:
        if super().__contains__(key):
            return True
        name = str(key)
        if name not in KEYS and not name.startswith(BEGINNINGS) and not _resource_tag(name):
            note(f"the guard has no value for the condition key {name}")
        return False


KEYS = {
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:multifactorauthpresent",
    "aws:userid",
    "aws:username",
    "ec2:createaction",
    "dynamodb:leadingkeys",
    "ec2:region",
    "elasticloadbalancing:createaction",
    "iam:awsservicename",
    "iam:passedtoservice",
    "iam:permissionsboundary",
    "iam:policyarn",
    "kms:calleraccount",
    "kms:encryptioncontextkeys",
    "kms:grantisforawsresource",
    "kms:viaservice",
    "s3:delimiter",
    "s3:max-keys",
    "s3:prefix",
    "s3:tlsversion",
    "sts:externalid",
    "sts:rolesessionname",
}
"""The keys that have a value where there is one, and else are absent as on AWS."""

BEGINNINGS = (
    "aws:principaltag/",
    "aws:requesttag/",
    "kms:encryptioncontext:",
    "route53:changeresourcerecordsets",
    "s3:x-amz-",
    "token.actions.githubusercontent.com:",
)
"""What the names of such keys begin with."""


def _resource_tag(name: str) -> bool:
    return name.partition(":")[2].startswith("resourcetag/")


def context(call: Call, principal: Principal, check: Check) -> Context:
    """All that a condition can look at."""
    keys: dict[str, Any] = {
        **check.keys,
        **_request(call, check.resource),
        **_tags(call, check),
    }
    # AWS doesn't tell every action of everything.
    action = reference.action(check.action)
    kind = check.resource.kind
    told = {
        key: value
        for key, value in keys.items()
        if (action and action.gives(key)) or (kind and kind.gives(key))
    }
    found = Context(told)
    found.setdefault("aws:tagkeys", None)
    found.update(principal.keys)
    found[PRINCIPAL_ARN] = principal.identity
    if check.via:
        service = f"{check.via}.amazonaws.com"
        found["aws:calledvia"] = [service]
        found["aws:calledviafirst"] = found["aws:calledvialast"] = service
    found["aws:viaawsservice"] = str(bool(check.via)).lower()
    found["aws:principalisawsservice"] = str(principal.kind == "Service").lower()
    return found


def _request(call: Call, resource: Resource) -> dict[str, Any]:
    """What a request says of itself, apart from what only one action has."""
    role = state.role(resource.arn, call.account)
    boundary = role.permissions_boundary_arn if role else None
    keys: dict[str, Any] = {
        "ec2:region": call.region,
        "kms:calleraccount": call.account,
        "iam:policyarn": call.value("PolicyArn"),
        "iam:awsservicename": call.value("AWSServiceName"),
        "sts:externalid": call.value("ExternalId"),
        "sts:rolesessionname": call.value("RoleSessionName"),
        "iam:permissionsboundary": call.value("PermissionsBoundary") or boundary,
    }
    for name, value in (call.parameters.get("EncryptionContext") or {}).items():
        keys[f"kms:encryptioncontext:{name}".lower()] = value
    if call.action == "route53:ChangeResourceRecordSets":
        keys |= _records(call)
    if call.service == "dynamodb":
        keys["dynamodb:leadingkeys"] = _leading(call)
    if call.secure:
        keys["s3:tlsversion"] = "1.3"
    if call.service == "s3":
        for name, value in call.headers.items():
            if name.startswith("x-amz-"):
                keys[f"s3:{name}"] = value
        for name in ("prefix", "delimiter", "max-keys"):
            keys[f"s3:{name}"] = call.query.get(name)
    return {key: value for key, value in keys.items() if value not in (None, "")}


def _records(call: Call) -> dict[str, list[str]]:
    """The records that a request changes, with names as Route 53 compares them:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
    """
    changes = call.parameters["ChangeBatch"]["Changes"]
    records = [change["ResourceRecordSet"] for change in changes]
    prefix = "route53:changeresourcerecordsets"
    return {
        f"{prefix}actions": [change["Action"] for change in changes],
        f"{prefix}normalizedrecordnames": [_normalized(record["Name"]) for record in records],
        f"{prefix}recordtypes": [record["Type"] for record in records],
    }


def _leading(call: Call) -> list[str]:
    """The partition keys of what a call is about."""
    table = state.table(call.value("TableName"), call.region, call.account)
    item = call.parameters.get("Item") or call.parameters.get("Key") or {}
    return list(item.get(table.hash_key_attr, {}).values()) if table else []


def _normalized(name: str) -> str:
    """A record's name in lower case, without the last dot, with octal codes for what is unusual.

    A backslash begins such a code already.
    """
    plain = name.lower().removesuffix(".")
    return re.sub(r"[^a-z0-9._\\-]", lambda found: f"\\{ord(found[0]):03o}", plain)


def _tags(call: Call, check: Check) -> dict[str, Any]:
    """The tags that a request sets or takes away, and those that the resource has."""
    keys: dict[str, Any] = {}
    if not check.via:
        requested = tags.requested(call)
        names = [*requested, *tags.removed(call)]
        keys |= {f"aws:requesttag/{name}".lower(): value for name, value in requested.items()}
        if names:
            keys["aws:tagkeys"] = names
    namespace = check.action.partition(":")[0]
    for name, value in tags.there(check.resource.arn, call.account).items():
        keys[f"aws:resourcetag/{name}".lower()] = value
        keys[f"{namespace}:resourcetag/{name}".lower()] = value
    return keys
