"""Amazon S3."""

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.responses import S3Response
from moto.s3.utils import _VersionedKeyStore

from emulator.registry import corrects


@corrects(FakeBucket, "get_permission")
def get_permission(
    original: Callable[..., Any], bucket: FakeBucket, action: str, resource: str
) -> PermissionResult:
    """moto holds that a statement applies whatever its condition says.

    A policy that only refuses plain HTTP would so lock Terraform out of its own state.
    """
    return PermissionResult.NEUTRAL


@corrects(S3Response, "get_bucket_replication")
def get_bucket_replication(original: Callable[..., Any], response: S3Response) -> Any:
    """moto answers with a few members of each rule, and no word of encrypted objects."""
    stored = response.backend.get_bucket_replication(response.bucket_name)
    if not stored:
        return original(response)
    rules = []
    for rule in stored["Rule"]:
        # An empty element is parsed to nothing, which would not be written again.
        prefix = (rule.get("Filter") or {}).get("Prefix") or ""
        rules.append({**rule, "Filter": {"Prefix": prefix}})
    response.data["Action"] = "GetBucketReplication"
    return response.serialized(
        ActionResult({"ReplicationConfiguration": {"Role": stored["Role"], "Rules": rules}})
    )


@corrects(_VersionedKeyStore, "pop")
def pop(original: Callable[..., Any], store: _VersionedKeyStore, key: str) -> None:
    """moto closes the content of every version, and breaks at a delete marker, which has none."""
    for version in store.getlist(key, []):
        if not isinstance(version, FakeDeleteMarker):
            version.dispose()
    dict.pop(store, key)
