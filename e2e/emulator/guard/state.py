"""What moto keeps that policies stand in, or look at."""

from moto.dynamodb.models import Table, dynamodb_backends
from moto.ecr.models import ecr_backends
from moto.iam.models import Role, iam_backends
from moto.kms.models import Key, kms_backends
from moto.s3.models import FakeBucket, s3_backends
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, secretsmanager_backends


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


def table(name: str, region: str, account: str) -> Table | None:
    """The table of the name."""
    return dynamodb_backends[account][region].tables.get(name)


def secret(name: str, region: str, account: str) -> FakeSecret | ReplicaSecret | None:
    """The secret, or the copy of one in another region, that a name or an ARN names."""
    return secretsmanager_backends[account][region].secrets.get(name)


def secret_key(found: FakeSecret | ReplicaSecret) -> str | None:
    """The key that a secret or a copy is encrypted with."""
    if isinstance(found, ReplicaSecret):
        return found.config["KmsKeyId"]
    return found.kms_key_id


def role(arn: str, account: str) -> Role | None:
    """The role of the ARN."""
    roles = iam_backends[account]["aws"].roles.values()
    return next((role for role in list(roles) if role.arn == arn), None)


def resource_policy(arn: str, account: str) -> str | None:
    """The policy of a bucket, and of what is in it, of a key, a secret or a repository."""
    service, region, name = parts(arn)
    if service == "s3":
        found = bucket(name.partition("/")[0], account)
        return found.policy.decode() if found and found.policy else None
    if service == "kms" and name.startswith("key/"):
        found = key(arn, region, account)
        return found.policy if found else None
    if service == "secretsmanager":
        there = secret(arn, region, account)
        # A copy has the policy of its original.
        original = there.source if isinstance(there, ReplicaSecret) else there
        return original.policy if original else None
    if service == "ecr":
        repository = ecr_backends[account][region].repositories.get(name.partition("/")[2])
        return repository.policy if repository else None
    return None


def parts(arn: str) -> tuple[str, str, str]:
    """The service, the region and the rest of an ARN, or nothing of anything else."""
    split = arn.split(":", 5)
    return (split[2], split[3], split[5]) if len(split) == 6 else ("", "", "")
