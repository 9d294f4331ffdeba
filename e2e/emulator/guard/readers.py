"""How services name what a call touches, where that is more than a parameter."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import iam_actions
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.wafv2.models import wafv2_backends

from emulator.guard import state
from emulator.guard.calls import Call
from emulator.guard.linked import linked_role
from emulator.guard.reference import Kind
from emulator.guard.resource import Resource, given

EC2_IDS = {
    "acl": "network-acl",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
"""The resource types by what ids begin with."""

EC2_ID = re.compile(r"([a-z]+)-[0-9a-f]{8,}")


def _ec2(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """What top-level parameters name by its id, and what is made.

    An action that makes something is authorized on <type>/* for it, and only there do the tags
    of the request count. Of the types that an action can make, it makes the required ones and
    those that it tags:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    """
    types = {kind.name: kind for kind in kinds}
    named = [name for parameter in call.parameters for name in call.values(parameter)]
    seen = set()
    for name in [*named, *_associated(call)]:
        is_id = EC2_ID.fullmatch(name)
        kind = types.get(EC2_IDS.get(is_id[1], "")) if is_id else None
        if kind:
            seen.add(kind.name)
            yield Resource(f"arn:aws:ec2:{call.region}:{call.account}:{kind.name}/{name}", kind)
    if call.operation in {"CreateTags", "DeleteTags"}:
        return
    tagged = {entry.get("ResourceType") for entry in call.parameters.get("TagSpecifications", [])}
    for kind in kinds:
        made = kind.gives("aws:tagkeys") and kind.name not in seen
        if made and (kind.required or kind.name in tagged):
            yield Resource(
                f"arn:aws:ec2:{call.region}:{call.account}:{kind.name}/*", kind, new=True
            )


def _associated(call: Call) -> Iterator[str]:
    """The ids behind that of an association."""
    association = call.value("AssociationId")
    backend = ec2_backends[call.account][call.region]
    for table in list(backend.route_tables.values()):
        if association in table._associations:
            yield from (table.id, table._associations[association])
    for acl in list(backend.network_acls.values()):
        if association in acl._associations:
            yield acl._associations[association].subnet_id or ""
    for address in list(backend.addresses):
        if association and address.association_id == association:
            yield from (address.allocation_id, address.eni.id if address.eni else "")


def _elasticloadbalancing(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """What top-level parameters name by its ARN, or the name of what is made.

    The reference has classic load balancers' types for actions of the same name.
    """
    yield from (Resource(arn) for arn in call.arns)
    made = {"CreateLoadBalancer": "loadbalancer/app", "CreateTargetGroup": "targetgroup"}
    if kind := made.get(call.operation):
        name = f"{kind}/{call.value('Name')}/*"
        yield Resource(
            f"arn:aws:elasticloadbalancing:{call.region}:{call.account}:{name}", new=True
        )


def _iam(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """What has a path, which only those who make it tell."""
    yield from given(call, kinds)
    backend = iam_backends[call.account]["aws"]
    there: dict[str, tuple[str, dict[str, Any]]] = {
        "instance-profile": ("InstanceProfileName", backend.instance_profiles),
        "policy": ("PolicyName", {}),
        "role": ("RoleName", backend.roles),
        "user": ("UserName", backend.users),
    }
    for kind in kinds:
        parameter, known = there.get(kind.name, ("", {}))
        if call.operation == "CreateServiceLinkedRole":
            yield Resource(linked_role(call.account, call.value("AWSServiceName")), kind, new=True)
        elif call.operation == "GetServiceLinkedRoleDeletionStatus":
            # task/<path and name of the role>/<number>
            _, _, task = call.value("DeletionTaskId").partition("/")
            name = task.rpartition("/")[0]
            yield Resource(kind.arn("", call.account, RoleNameWithPath=name), kind)
        elif call.operation == "CreateOpenIDConnectProvider":
            issuer = call.value("Url").removeprefix("https://")
            arn = kind.arn("", call.account, OidcProviderName=issuer)
            yield Resource(arn, kind, new=True)
        elif name := call.value(parameter):
            path = call.value("Path") or "/"
            arn = f"arn:aws:iam::{call.account}:{kind.name}{path}{name}"
            found = next((one.arn for one in list(known.values()) if one.name == name), None)
            yield Resource(found or arn, kind, new=found is None)


def _kms(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """Keys, however they are named, and aliases with the keys that they had and get:
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
    """
    for kind in kinds:
        if kind.name == "alias":
            name = call.value("AliasName").removeprefix("alias/")
            yield Resource(kind.arn(call.region, call.account, Alias=name), kind)
            continue
        for parameter in ("KeyId", "TargetKeyId", "AliasName"):
            for name in call.values(parameter):
                if found := state.key(name, call.region, call.account):
                    yield Resource(found.arn, kind)


def _logs(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """A log group's ARN ends with :* in policies, unless it is tagged or its tags are read:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """
    yield from given(call, kinds)
    for kind in kinds:
        name = call.value("logGroupName")
        if kind.name == "log-group" and name:
            arn = kind.arn(call.region, call.account, LogGroupName=name)
            new = call.operation == "CreateLogGroup"
            yield Resource(f"{arn}:log-stream:", kind, new=new)


def _s3(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """The bucket or the object that the path names."""
    arn = iam_actions.extract_resource_arn(
        "s3", call.method, call.path, call.headers, call.content, call.query, "", call.account
    )
    for kind in kinds:
        if kind.name in {"bucket", "object"}:
            yield Resource(arn, kind)


def _secretsmanager(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """Secrets, whose ARNs end with six characters that only AWS knows."""
    for name in [*call.values("SecretId"), *call.values("Name")]:
        found = state.secret(name, call.region, call.account)
        if found:
            arn = found.arn
        elif name.startswith("arn:"):
            arn = name
        else:
            arn = f"arn:aws:secretsmanager:{call.region}:{call.account}:secret:{name}-??????"
        yield Resource(arn, kinds[0], new=found is None)


def _wafv2(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """A web ACL by its names or its ARN, and the managed rule groups that it takes in."""
    yield from given(call, kinds)
    types = {kind.name: kind for kind in kinds}
    acl, managed = types.get("webacl"), types.get("managedruleset")
    scope = "global" if call.value("Scope") == "CLOUDFRONT" else "regional"
    for arn in call.values("LoggingConfiguration.ResourceArn"):
        yield Resource(arn, acl)
    if call.operation == "GetWebACLForResource":
        for there in wafv2_backends[call.account][call.region].wacls.values():
            if call.value("ResourceArn") in there.associated_resources:
                yield Resource(there.arn, acl)
    if acl and (name := call.value("Name")):
        values = {"Scope": scope, "Name": name, "Id": call.value("Id") or "*"}
        arn = acl.arn(call.region, call.account, **values)
        yield Resource(arn, acl, new=call.operation == "CreateWebACL")
    if managed and "ManagedRuleGroupStatement" in str(call.parameters.get("Rules")):
        yield Resource(managed.arn(call.region, call.account, Scope=scope), managed)


READERS: dict[str, Callable[[Call, tuple[Kind, ...]], Iterator[Resource]]] = {
    "ec2": _ec2,
    "elasticloadbalancing": _elasticloadbalancing,
    "iam": _iam,
    "kms": _kms,
    "logs": _logs,
    "s3": _s3,
    "secretsmanager": _secretsmanager,
    "wafv2": _wafv2,
}
