"""What an account says in advance for all of Amazon EC2 in a region."""

from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend

from emulator.registry import Context, Parameters, operation

AWS_KEY = "alias/aws/ebs"
"""The key of volumes for which nobody names one:
https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
"""

OPEN = "unblocked"


class SettingsBackend(BaseBackend):
    """The settings, as they are in a new account."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.key = AWS_KEY
        self.snapshots = OPEN
        self.images = OPEN
        self.metadata: dict[str, Any] = {}


backends = BackendDict(SettingsBackend, "ec2")


def _backend(context: Context) -> SettingsBackend:
    return backends[context.account][context.region]


@operation("ec2", "GetEbsDefaultKmsKeyId")
def get_key(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto knows no key that volumes are encrypted with by default."""
    return {"KmsKeyId": _backend(context).key}


@operation("ec2", "ModifyEbsDefaultKmsKeyId")
def modify_key(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto knows no key that volumes are encrypted with by default."""
    _backend(context).key = parameters["KmsKeyId"]
    return get_key(parameters, context)


@operation("ec2", "ResetEbsDefaultKmsKeyId")
def reset_key(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto knows no key that volumes are encrypted with by default."""
    _backend(context).key = AWS_KEY
    return get_key(parameters, context)


@operation("ec2", "GetSnapshotBlockPublicAccessState")
def get_snapshots(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto lets nobody keep snapshots from being public."""
    return {"State": _backend(context).snapshots, "ManagedBy": "account"}


@operation("ec2", "EnableSnapshotBlockPublicAccess")
def block_snapshots(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto lets nobody keep snapshots from being public."""
    _backend(context).snapshots = parameters["State"]
    return {"State": parameters["State"]}


@operation("ec2", "DisableSnapshotBlockPublicAccess")
def unblock_snapshots(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto lets nobody keep snapshots from being public."""
    _backend(context).snapshots = OPEN
    return {"State": OPEN}


@operation("ec2", "GetImageBlockPublicAccessState")
def get_images(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto lets nobody keep images from being public."""
    return {"ImageBlockPublicAccessState": _backend(context).images, "ManagedBy": "account"}


@operation("ec2", "EnableImageBlockPublicAccess")
def block_images(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto lets nobody keep images from being public."""
    _backend(context).images = parameters["ImageBlockPublicAccessState"]
    return get_images(parameters, context)


@operation("ec2", "GetInstanceMetadataDefaults")
def get_metadata(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto knows no defaults of the instance metadata service."""
    return {"AccountLevel": {**_backend(context).metadata, "ManagedBy": "account"}}


@operation("ec2", "ModifyInstanceMetadataDefaults")
def modify_metadata(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto knows no defaults of the instance metadata service."""
    # These values take a setting back:
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html
    said = {**_backend(context).metadata, **parameters}
    _backend(context).metadata = {
        name: value for name, value in said.items() if value not in ("no-preference", -1)
    }
    return {"Return": True}
