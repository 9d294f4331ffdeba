"""What AWS asks besides the action itself: the tags that are set on the way, the role that is
handed to a service, what a service does for the caller.
"""

import re
from collections.abc import Iterator
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.iam.models import iam_backends

from emulator.guard import reference, tags
from emulator.guard.calls import Call
from emulator.guard.checks import Check
from emulator.guard.resource import Resource
from emulator.guard.resources import unlisted
from emulator.unserved import note

TAG_ACTIONS = {
    "access-analyzer": "TagResource",
    "acm": "AddTagsToCertificate",
    "config": "TagResource",
    "dynamodb": "TagResource",
    "ec2": "CreateTags",
    "ecr": "TagResource",
    "elasticloadbalancing": "AddTags",
    "guardduty": "TagResource",
    "iam:CreateInstanceProfile": "TagInstanceProfile",
    "iam:CreateOpenIDConnectProvider": "TagOpenIDConnectProvider",
    "iam:CreatePolicy": "TagPolicy",
    "iam:CreateRole": "TagRole",
    "iam:CreateUser": "TagUser",
    "kms": "TagResource",
    "logs": "TagResource",
    "secretsmanager": "TagResource",
    "securityhub": "TagResource",
    "wafv2": "TagResource",
}
"""What it also takes to tag what is being made, by the service or the action:
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
"""

UNNAMED = {"acm": "certificate", "guardduty": "detector", "kms": "key"}
"""The resource type of what gets its name only when it is there."""

MAKES = re.compile(r"Allocate|Authorize|Create|Enable|Put|Request|Run")
"""What the names of operations begin with that make something, and may tag it."""


def tagging(call: Call, resources: list[Resource]) -> Iterator[Check]:
    """Whether the tags may be set that come with what is being made."""
    name = TAG_ACTIONS.get(call.action) or TAG_ACTIONS.get(call.namespace)
    if name == call.operation or not MAKES.match(call.operation) or not tags.requested(call):
        return
    if name is None:
        note(f"the guard doesn't know what it takes to tag with {call.action}")
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
        new = [resource for resource in resources if resource.new]
        return new if call.namespace == "ec2" else new or resources
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


ROLE = re.compile(r"arn:aws:iam::\d{12}:role/.+")


def passing(call: Call) -> Iterator[Check]:
    """Whether the roles may be handed on that come with a call."""
    role = reference.kind("iam", "role")
    passed = dict(_passed(call))
    for arn in _strings(call.parameters):
        if ROLE.fullmatch(arn) and arn not in passed and call.namespace not in {"iam", "sts"}:
            note(f"the guard doesn't know to which service {call.action} hands a role")
    for arn, service in passed.items():
        yield Check("iam:PassRole", Resource(arn, role), {"iam:passedtoservice": service})


def _strings(value: Any) -> Iterator[str]:
    """All strings in a parameter, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _passed(call: Call) -> Iterator[tuple[str, str]]:
    for parameter, service in PASSED.get(call.action, {}).items():
        for arn in call.values(parameter):
            yield arn, service
    if call.action == "s3:PutReplicationConfiguration" and call.method == "PUT":
        for arn in re.findall(r"<Role>([^<]+)</Role>", call.content.decode()):
            yield arn, "s3.amazonaws.com"
    iam = iam_backends[call.account]["aws"]
    if call.action == "iam:AddRoleToInstanceProfile":
        for role in list(iam.roles.values()):
            if role.name == call.value("RoleName"):
                yield role.arn, "ec2.amazonaws.com"
    if call.action == "ec2:RunInstances":
        profile = call.value("IamInstanceProfile.Arn").rpartition("/")[2]
        profile = profile or call.value("IamInstanceProfile.Name")
        for instance_profile in list(iam.instance_profiles.values()):
            if instance_profile.name == profile:
                yield from ((role.arn, "ec2.amazonaws.com") for role in instance_profile.roles)


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
    for action in [*ON_BEHALF.get(call.action, []), *_inspected(call)]:
        for resource in unlisted(action, call):
            yield Check(action, resource, via=call.namespace)
    # https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3921
    if call.operation in {"CreateLoadBalancer", "SetSecurityGroups"}:
        groups = ec2_backends[call.account][call.region]
        found = [groups.get_security_group_from_id(name) for name in call.values("SecurityGroups")]
        for vpc in sorted({group.vpc_id for group in found if group}):
            arn = f"arn:aws:ec2:{call.region}:{call.account}:vpc/{vpc}"
            kind = reference.kind("ec2", "vpc")
            yield Check("ec2:GetSecurityGroupsForVpc", Resource(arn, kind), via=call.namespace)
    # https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html
    if call.action in {"wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"}:
        for arn in call.values("ResourceArn"):
            if ":elasticloadbalancing:" in arn:
                yield Check("elasticloadbalancing:SetWebACL", Resource(arn), via="wafv2")


def _inspected(call: Call) -> list[str]:
    """ECR has Inspector scan a registry in depth, and tells it when it no longer has to:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-iam.html
    """
    if call.action != "ecr:PutRegistryScanningConfiguration":
        return []
    if call.value("scanType") == "ENHANCED":
        return ["inspector2:Enable", "inspector2:ListAccountPermissions"]
    there = ecr_backends[call.account][call.region].registry_scanning_configuration
    return ["inspector2:Disable"] if there["scanType"] == "ENHANCED" else []


def implied(call: Call, resources: list[Resource]) -> Iterator[Check]:
    """Whether the caller may also do what a call does that has an action of its own."""
    # https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
    if call.action == "secretsmanager:CreateSecret" and call.parameters.get("AddReplicaRegions"):
        for resource in resources:
            yield Check("secretsmanager:ReplicateSecretToRegions", resource)
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create.html
    # names the actions. It doesn't say on what; what the template makes is the least.
    if call.action == "ecr:CreateRepositoryCreationTemplate":
        kind = reference.kind("ecr", "repository")
        name = f"{call.value('prefix')}/*"
        made = Resource(kind.arn(call.region, call.account, RepositoryName=name), kind, new=True)
        yield Check("ecr:CreateRepository", made)
        if call.value("lifecyclePolicy"):
            yield Check("ecr:PutLifecyclePolicy", made)
        if call.value("repositoryPolicy"):
            yield Check("ecr:SetRepositoryPolicy", made)
