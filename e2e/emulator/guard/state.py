"""What moto knows of resources and policies look at: their own policies, their tags, their keys."""

from collections.abc import Callable
from typing import Any

from moto.acm.models import acm_backends
from moto.dynamodb.models import dynamodb_backends
from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.kms.models import Key, kms_backends
from moto.logs.models import logs_backends
from moto.s3.models import FakeBucket, s3_backends
from moto.secretsmanager.models import FakeSecret, secretsmanager_backends
from moto.wafv2.models import wafv2_backends


def key(name: str, region: str, account: str) -> Key | None:
    """The KMS key that an id, an ARN or an alias names, in the region unless an ARN tells it."""
    if name.startswith("arn:"):
        region, name = name.split(":", 5)[3::2]
    name = name.removeprefix("key/")
    keys = kms_backends[account][region].keys
    if name.startswith("alias/"):
        return next((key for key in list(keys.values()) if name in key.aliases), None)
    return keys.get(name)


def bucket(name: str, account: str) -> FakeBucket | None:
    """The bucket of the name."""
    return s3_backends[account]["aws"].buckets.get(name)


def secret(name: str, region: str, account: str) -> FakeSecret | None:
    """The secret that a name or an ARN names."""
    return secretsmanager_backends[account][region].secrets.get(name)


def resource_policy(arn: str, account: str) -> str | None:
    """The policy of a bucket, and of what is in it, of a key, a secret or a repository."""
    service, region, name = _parts(arn)
    if service == "s3":
        found = bucket(name.partition("/")[0], account)
        return found.policy.decode() if found and found.policy else None
    if service == "kms" and name.startswith("key/"):
        found = key(arn, region, account)
        return found.policy if found else None
    if service == "secretsmanager":
        found = secret(arn, region, account)
        return found.policy if found else None
    if service == "ecr":
        repository = ecr_backends[account][region].repositories.get(name.partition("/")[2])
        return repository.policy if repository else None
    return None


def tags(arn: str, account: str) -> dict[str, str]:
    """The tags of a resource, none of one that isn't there."""
    service, region, name = _parts(arn)
    read = TAGS.get(service)
    return read(account, region, arn, name) if read else {}


def _parts(arn: str) -> tuple[str, str, str]:
    """The service, the region and the rest of an ARN, or nothing of anything else."""
    parts = arn.split(":", 5)
    return (parts[2], parts[3], parts[5]) if len(parts) == 6 else ("", "", "")


def _by_arn(backends: Any, tagger: str) -> Callable[..., dict[str, str]]:
    """Reads the tags that moto keeps by the resource's ARN."""

    def read(account: str, region: str, arn: str, name: str) -> dict[str, str]:
        found: dict[str, str] = getattr(
            backends[account][region], tagger
        ).get_tag_dict_for_resource(arn)
        return found

    return read


def _acm(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    certificate = acm_backends[account][region]._certificates.get(arn)
    return {key: value or "" for key, value in certificate.tags.items()} if certificate else {}


def _dynamodb(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    table = dynamodb_backends[account][region].tables.get(name.split("/")[1])
    return _pairs(table.tags) if table else {}


def _ec2(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    return dict(ec2_backends[account][region].tags.get(name.partition("/")[2], {}))


def _iam(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    backend = iam_backends[account]["aws"]
    everything: list[Any] = [*backend.roles.values(), *backend.users.values()]
    for found in everything:
        if found.arn == arn:
            return _pairs(found.tags or [])
    for other in [*backend.managed_policies.values(), *backend.open_id_providers.values()]:
        if other.arn == arn:
            return _pairs(other.tags.values())
    return {}


def _kms(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    found: dict[str, str] = kms_backends[account][region].tagger.get_tag_dict_for_resource(
        name.partition("/")[2]
    )
    return found


def _logs(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    plain = arn.removesuffix(":log-stream:")
    return _by_arn(logs_backends, "tagger")(account, region, plain, name)


def _secretsmanager(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    found = secret(arn, region, account)
    return _pairs(found.tags or []) if found else {}


def _pairs(listed: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in listed}


# Buckets aren't among them: their tags count only where that was turned on, which nothing does:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging.html
TAGS: dict[str, Callable[..., dict[str, str]]] = {
    "acm": _acm,
    "dynamodb": _dynamodb,
    "ec2": _ec2,
    "ecr": _by_arn(ecr_backends, "tagger"),
    "elasticloadbalancing": _by_arn(elbv2_backends, "tagging_service"),
    "iam": _iam,
    "kms": _kms,
    "logs": _logs,
    "secretsmanager": _secretsmanager,
    "wafv2": _by_arn(wafv2_backends, "tagging_service"),
}


def boundary(arn: str, account: str) -> str:
    """The ARN of the permissions boundary of a role, "" without one."""
    for role in list(iam_backends[account]["aws"].roles.values()):
        if role.arn == arn:
            return role.permissions_boundary_arn or ""
    return ""


def trust(arn: str, account: str) -> str | None:
    """The policy that says who can assume a role."""
    for role in list(iam_backends[account]["aws"].roles.values()):
        if role.arn == arn:
            return role.assume_role_policy_document
    return None
