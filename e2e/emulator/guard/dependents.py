"""What AWS asks besides the action itself: the tags that are set on the way, the role that is
handed to a service, the role that a service makes for itself, what a service does for the caller.
"""

import re
from collections.abc import Callable, Iterator

from moto.iam.models import iam_backends

from emulator.guard import reference
from emulator.guard.calls import Call
from emulator.guard.checks import Check, requested_tags
from emulator.guard.resources import EVERYTHING, Resource, linked_role, unlisted

TAG_ACTIONS = {
    "access-analyzer": "TagResource",
    "acm": "AddTagsToCertificate",
    "config": "TagResource",
    "dynamodb": "TagResource",
    "ec2": "CreateTags",
    "ecr": "TagResource",
    "elasticloadbalancing": "AddTags",
    "guardduty": "TagResource",
    "kms": "TagResource",
    "logs": "TagResource",
    "secretsmanager": "TagResource",
    "securityhub": "TagResource",
    "wafv2": "TagResource",
}
"""The action that it also takes to tag what is being made:
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
"""

UNNAMED = {"acm": "certificate", "guardduty": "detector", "kms": "key"}
"""The resource type of what gets its name only when it is there."""

IAM_TAG_ACTIONS = {
    "CreateInstanceProfile": "TagInstanceProfile",
    "CreateOpenIDConnectProvider": "TagOpenIDConnectProvider",
    "CreatePolicy": "TagPolicy",
    "CreateRole": "TagRole",
    "CreateUser": "TagUser",
}

MAKES = re.compile(r"Allocate|Authorize|Create|Enable|Put|Request|Run")
"""What the names of operations begin with that make something, and may tag it."""


def tagging(call: Call, resources: list[Resource]) -> Iterator[Check]:
    """Whether the tags may be set that come with what is being made."""
    if not MAKES.match(call.operation) or not requested_tags(call):
        return
    names = IAM_TAG_ACTIONS if call.namespace == "iam" else TAG_ACTIONS
    name = names.get(call.operation if call.namespace == "iam" else call.namespace)
    if name is None or name == call.operation:
        return
    action = f"{call.namespace}:{name}"
    for resource in _tagged(call, resources):
        keys = {f"{call.namespace}:createaction": call.operation}
        yield Check(action, resource, keys)


def _tagged(call: Call, resources: list[Resource]) -> list[Resource]:
    """What gets the tags, as far as it can be told before it is there."""
    if call.namespace in UNNAMED:
        kind = reference.kind(call.namespace, UNNAMED[call.namespace])
        arns = [kind.arn(call.region, call.account)]
    elif call.namespace == "logs":
        arns = [resource.arn.removesuffix(":log-stream:") for resource in resources]
    elif call.operation in {"CreateListener", "CreateRule"}:
        made = {":loadbalancer/": ":listener/", ":listener/": ":listener-rule/"}
        arns = [
            f"{resource.arn.replace(old, new)}/*"
            for resource in resources
            for old, new in made.items()
            if old in resource.arn
        ]
    else:
        return [resource for resource in resources if resource.new]
    return [Resource(arn, new=True) for arn in arns]


PASSED: dict[str, dict[str, str]] = {
    "backup:CreateBackupSelection": {"BackupSelection.IamRoleArn": "backup.amazonaws.com"},
    "cloudtrail:CreateTrail": {"CloudWatchLogsRoleArn": "cloudtrail.amazonaws.com"},
    "config:PutConfigurationRecorder": {"ConfigurationRecorder.roleARN": "config.amazonaws.com"},
    "ec2:CreateFlowLogs": {"DeliverLogsPermissionArn": "vpc-flow-logs.amazonaws.com"},
    "ecr:CreateRepositoryCreationTemplate": {"customRoleArn": "ecr.amazonaws.com"},
    "ecs:CreateService": {"role": "ecs.amazonaws.com"},
    "ecs:RegisterTaskDefinition": {
        "executionRoleArn": "ecs-tasks.amazonaws.com",
        "taskRoleArn": "ecs-tasks.amazonaws.com",
    },
    "rds:CreateDBInstance": {"MonitoringRoleArn": "monitoring.rds.amazonaws.com"},
    "rds:CreateDBInstanceReadReplica": {"MonitoringRoleArn": "monitoring.rds.amazonaws.com"},
    "rds:ModifyDBInstance": {"MonitoringRoleArn": "monitoring.rds.amazonaws.com"},
}
"""The parameters with which operations hand a role to a service:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""


def passing(call: Call) -> Iterator[Check]:
    """Whether the roles may be handed on that come with a call."""
    role = reference.kind("iam", "role")
    for arn, service in _passed(call):
        yield Check("iam:PassRole", Resource(arn, role), {"iam:passedtoservice": service})


def _passed(call: Call) -> Iterator[tuple[str, str]]:
    for parameter, service in PASSED.get(call.action, {}).items():
        for arn in call.values(parameter):
            yield arn, service
    if call.action == "s3:PutReplicationConfiguration" and call.method == "PUT":
        for arn in re.findall(r"<Role>([^<]+)</Role>", call.content.decode()):
            yield arn, "s3.amazonaws.com"
    if call.action == "ec2:RunInstances":
        profile = call.value("IamInstanceProfile.Arn").rpartition("/")[2]
        profile = profile or call.value("IamInstanceProfile.Name")
        found = iam_backends[call.account]["aws"].instance_profiles
        for instance_profile in list(found.values()):
            if instance_profile.name == profile:
                yield from ((role.arn, "ec2.amazonaws.com") for role in instance_profile.roles)


LINKED = {
    "access-analyzer:CreateAnalyzer": "access-analyzer.amazonaws.com",
    "ecr:PutReplicationConfiguration": "replication.ecr.amazonaws.com",
    "elasticloadbalancing:CreateLoadBalancer": "elasticloadbalancing.amazonaws.com",
    "guardduty:CreateDetector": "guardduty.amazonaws.com",
    "inspector2:Enable": "inspector2.amazonaws.com",
    "securityhub:EnableSecurityHub": "securityhub.amazonaws.com",
}
"""The operations with which a service makes a role for itself, the first time in an account:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

FIRST = {
    "elasticloadbalancing:CreateLoadBalancer": [
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeInternetGateways",
    ],
}
"""What the service then does with the caller's permissions, as it has no role of its own yet:
https://github.com/kubernetes/cloud-provider-aws/pull/59
"""

linked: set[str] = set()
"""The services that have made their role. moto makes none by itself, so they are kept here."""


def linking(call: Call) -> Iterator[Check]:
    """Whether a service may make its role, if it lacks one."""
    service = LINKED.get(call.action)
    if service is None or service in linked:
        return
    arn = linked_role(call.account, service)
    roles = iam_backends[call.account]["aws"].roles.values()
    if any(role.arn == arn for role in list(roles)):
        return
    keys = {"iam:awsservicename": service}
    yield Check("iam:CreateServiceLinkedRole", Resource(arn, new=True), keys)
    for action in FIRST.get(call.action, []):
        yield Check(action, EVERYTHING, via=service.partition(".")[0])


def done(call: Call) -> None:
    """Remembers the role that a service makes with the call."""
    if service := LINKED.get(call.action):
        linked.add(service)


ON_BEHALF = {
    "wafv2:PutLoggingConfiguration": [
        "logs:CreateLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:PutResourcePolicy",
    ],
    "wafv2:DeleteLoggingConfiguration": ["logs:DeleteLogDelivery"],
}
"""What a service does elsewhere with the caller's permissions:
https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
"""


def on_behalf(call: Call) -> Iterator[Check]:
    """Whether the caller may do what a service does for it."""
    for action in ON_BEHALF.get(call.action, []):
        for resource in unlisted(action, call):
            yield Check(action, resource, via="wafv2")
    # https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html
    if call.action in {"wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"}:
        for arn in call.values("ResourceArn"):
            if ":elasticloadbalancing:" in arn:
                yield Check("elasticloadbalancing:SetWebACL", Resource(arn), via="wafv2")


ALL: list[Callable[[Call], Iterator[Check]]] = [passing, linking, on_behalf]
