"""What a call is authorized on: the ARNs of what it touches, and of what it is about to make.

AWS lets a call through when it may be done to every one of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_actions
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

from emulator.guard import reference, state
from emulator.guard.calls import Call
from emulator.guard.reference import Kind


@dataclass(frozen=True)
class Resource:
    """One that a call is authorized on."""

    arn: str
    kind: Kind | None = None
    """None for *, and where the service's condition keys don't depend on it."""
    new: bool = False
    """Whether it is about to be made, so that it has no id and no tags of its own yet."""


EVERYTHING = Resource("*")

NAMES: dict[str, dict[str, dict[str, str]]] = {
    "access-analyzer": {"Analyzer": {"AnalyzerName": "analyzerName"}},
    "config": {
        "ConfigRule": {"ConfigRuleId": "ConfigRule.ConfigRuleId"},
        "ConfigurationRecorder": {
            "RecorderName": "ConfigurationRecorder.name ConfigurationRecorderName",
        },
    },
    "dynamodb": {"table": {"TableName": "TableName"}},
    "ecr": {"repository": {"RepositoryName": "repositoryName repositoryNames"}},
    "guardduty": {"detector": {"DetectorId": "DetectorId"}},
    "route53": {"change": {"Id": "Id"}, "hostedzone": {"Id": "HostedZoneId Id ResourceId"}},
    "securityhub": {"hub": {}},
}
"""The parameters that fill the variables of an ARN, by service and resource type."""


def of(call: Call) -> list[Resource]:
    """What the call is authorized on, "*" where AWS looks at no resource."""
    action = reference.action(call.action)
    if action is None or not action.kinds:
        return unlisted(call.action, call)
    read = READERS.get(call.namespace, _named)
    found = {resource.arn: resource for resource in read(call, action.kinds)}
    # A call that says of none which one it means is for all of them.
    return list(found.values()) or [_any(call, action.kinds[0])]


def unlisted(action: str, call: Call) -> list[Resource]:
    """What an action is authorized on for which the reference names no resource type.

    That is "*", but for one: refusals to look for log groups name this resource.
    """
    if action == "logs:DescribeLogGroups":
        return [Resource(f"arn:aws:logs:{call.region}:{call.account}:log-group::log-stream:")]
    return [EVERYTHING]


def _any(call: Call, kind: Kind) -> Resource:
    return Resource(kind.arn(call.region, call.account), kind)


def _given(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """What parameters name by its ARN."""
    for arn in call.arns:
        for kind in kinds:
            if kind.matches(arn):
                yield Resource(arn, kind)
                break


def _named(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """What parameters name by its ARN, or by a name as NAMES says."""
    yield from _given(call, kinds)
    for kind in kinds:
        variables = NAMES.get(call.namespace, {}).get(kind.name)
        if variables is None:
            continue
        if not variables:
            yield _any(call, kind)
        for variable, parameters in variables.items():
            for parameter in parameters.split():
                for name in call.values(parameter):
                    arn = name
                    if not name.startswith("arn:"):
                        last = {variable: name.rpartition("/")[2] if variable == "Id" else name}
                        arn = kind.arn(call.region, call.account, **last)
                    yield Resource(arn, kind, new=call.operation.startswith("Create"))


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
        kind = types.get(EC2_IDS.get(name.partition("-")[0], ""))
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
    yield from _given(call, kinds)
    backend = iam_backends[call.account]["aws"]
    there: dict[str, Any] = {
        "role": backend.roles,
        "user": backend.users,
        "policy": {},
        "instance-profile": backend.instance_profiles,
    }
    named = {
        "role": "RoleName",
        "user": "UserName",
        "policy": "PolicyName",
        "instance-profile": "InstanceProfileName",
    }
    for kind in kinds:
        if call.operation == "CreateServiceLinkedRole":
            yield Resource(linked_role(call.account, call.value("AWSServiceName")), kind, new=True)
        elif call.operation == "CreateOpenIDConnectProvider":
            yield Resource(
                kind.arn("", call.account, OidcProviderName=call.value("Url").split("//")[-1]),
                kind,
                new=True,
            )
        elif name := call.value(named.get(kind.name, "")):
            path = call.value("Path") or "/"
            found = next((x for x in list(there[kind.name].values()) if x.name == name), None)
            arn = f"arn:aws:iam::{call.account}:{kind.name}{path}{name}"
            yield Resource(found.arn if found else arn, kind, new=found is None)


LINKED_ROLES = {
    "access-analyzer.amazonaws.com": "AWSServiceRoleForAccessAnalyzer",
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "config.amazonaws.com": "AWSServiceRoleForConfig",
    "ecs.amazonaws.com": "AWSServiceRoleForECS",
    "ecs.application-autoscaling.amazonaws.com": (
        "AWSServiceRoleForApplicationAutoScaling_ECSService"
    ),
    "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
    "guardduty.amazonaws.com": "AWSServiceRoleForAmazonGuardDuty",
    "inspector2.amazonaws.com": "AWSServiceRoleForAmazonInspector2",
    "replication.ecr.amazonaws.com": "AWSServiceRoleForECRReplication",
    "securityhub.amazonaws.com": "AWSServiceRoleForSecurityHub",
}
"""The roles that AWS's services make for themselves:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""


def linked_role(account: str, service: str) -> str:
    """The ARN of the role that a service makes for itself."""
    name = LINKED_ROLES.get(service, "AWSServiceRoleFor*")
    return f"arn:aws:iam::{account}:role/aws-service-role/{service}/{name}"


def _kms(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """Keys, however they are named, and aliases with the keys that they had and get:
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
    """
    for kind in kinds:
        if kind.name == "alias":
            if name := call.value("AliasName"):
                yield Resource(f"arn:aws:kms:{call.region}:{call.account}:{name}", kind)
            continue
        for parameter in ("KeyId", "TargetKeyId", "AliasName"):
            for name in call.values(parameter):
                if found := state.key(name, call.region, call.account):
                    yield Resource(found.arn, kind)


def _logs(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """A log group's ARN ends with :* in policies, unless it is tagged or its tags are read:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """
    yield from _given(call, kinds)
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
    yield from _given(call, kinds)
    types = {kind.name: kind for kind in kinds}
    acl, managed = types.get("webacl"), types.get("managedruleset")
    scope = "global" if call.value("Scope") == "CLOUDFRONT" else "regional"
    for arn in call.values("LoggingConfiguration.ResourceArn"):
        yield Resource(arn, acl)
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
