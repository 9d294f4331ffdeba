"""The roles that AWS's services make for themselves, the first time that they need one:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

from collections.abc import Iterator

from moto.iam.models import iam_backends

from emulator.guard.calls import Call
from emulator.guard.checks import Check
from emulator.guard.resource import EVERYTHING, Resource

LINKED_ROLES = {
    "access-analyzer.amazonaws.com": "AWSServiceRoleForAccessAnalyzer",
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "config.amazonaws.com": "AWSServiceRoleForConfig",
    "ecr.amazonaws.com": "AWSServiceRoleForECRTemplate",
    "ecs.amazonaws.com": "AWSServiceRoleForECS",
    "ecs.application-autoscaling.amazonaws.com": (
        "AWSServiceRoleForApplicationAutoScaling_ECSService"
    ),
    "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
    "guardduty.amazonaws.com": "AWSServiceRoleForAmazonGuardDuty",
    "inspector2.amazonaws.com": "AWSServiceRoleForAmazonInspector2",
    "pullthroughcache.ecr.amazonaws.com": "AWSServiceRoleForECRPullThroughCache",
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


LINKED = {
    "access-analyzer:CreateAnalyzer": "access-analyzer.amazonaws.com",
    "ecr:CreatePullThroughCacheRule": "pullthroughcache.ecr.amazonaws.com",
    "ecr:CreateRepositoryCreationTemplate": "ecr.amazonaws.com",
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

there: set[str] = set()
"""The services that have made their role. moto makes none by itself, so they are kept here."""


def asked(call: Call) -> Iterator[Check]:
    """Whether a service may make its role, if it lacks one."""
    service = LINKED.get(call.action)
    if service is None or service in there:
        return
    roles = iam_backends[call.account]["aws"].roles.values()
    if any(f":role/aws-service-role/{service}/" in role.arn for role in list(roles)):
        return
    role = Resource(linked_role(call.account, service), new=True)
    yield Check("iam:CreateServiceLinkedRole", role, {"iam:awsservicename": service})
    for action in FIRST.get(call.action, []):
        yield Check(action, EVERYTHING, via=service.partition(".")[0])


def made(call: Call) -> None:
    """Remembers the role that a service makes with the call."""
    if service := LINKED.get(call.action):
        there.add(service)
