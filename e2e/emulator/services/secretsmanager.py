"""AWS Secrets Manager."""

from collections.abc import Callable
from typing import Any

from moto.secretsmanager.models import FakeSecret, ReplicaSecret

from emulator.registry import corrects


@corrects(FakeSecret, "create_replicas")
def create_replicas(
    original: Callable[..., list[ReplicaSecret]],
    secret: FakeSecret,
    replica_regions: list[dict[str, str]],
    **more: Any,
) -> list[ReplicaSecret]:
    """moto forgets which key a replica is encrypted with."""
    replicas = original(secret, replica_regions, **more)
    for replica, asked in zip(replicas, replica_regions, strict=True):
        if key := asked.get("KmsKeyId"):
            replica.config["KmsKeyId"] = key
    return replicas
