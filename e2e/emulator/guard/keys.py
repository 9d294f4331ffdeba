"""The use of KMS keys by services: for the caller, or by themselves as the key's policy says.

Keys that AWS manages aren't looked at: they are open to all who may use the service.
"""

from collections.abc import Callable, Iterator

from moto.ecr.models import ecr_backends
from moto.kms.models import Key
from moto.s3.models import s3_backends
from moto.secretsmanager.models import FakeSecret, ReplicaSecret

from emulator.guard import reference, state
from emulator.guard.calls import Call
from emulator.guard.checks import Check
from emulator.guard.resource import Resource


def uses(call: Call, checks: list[Check]) -> Iterator[Check]:
    """What is asked of the keys that the call has a service use."""
    if call.namespace == "s3":
        for check in checks:
            yield from _s3(call, check)
    elif call.namespace in SERVICES:
        yield from SERVICES[call.namespace](call)


def _for_caller(
    service: str, key: Key | None, actions: list[str], **context: str
) -> Iterator[Check]:
    """The service uses the key with the caller's permissions."""
    if key is None or any(alias.startswith("alias/aws/") for alias in key.aliases):
        return
    keys = {
        "kms:viaservice": f"{service}.{key.region}.amazonaws.com",
        "kms:grantisforawsresource": "true",
        "kms:encryptioncontextkeys": list(context),
    }
    for name, value in context.items():
        keys[f"kms:encryptioncontext:{name}".lower()] = value
    for action in actions:
        resource = Resource(key.arn, reference.kind("kms", "key"))
        yield Check(f"kms:{action}", resource, keys, via=service, region=key.region)


def _s3(call: Call, check: Check) -> Iterator[Check]:
    """An object is written under a data key, and read with it:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    name, _, path = check.resource.arn.removeprefix("arn:aws:s3:::").partition("/")
    bucket = state.bucket(name, call.account)
    if bucket is None or not path or call.method == "HEAD":
        return
    if check.action == "s3:PutObject":
        rule = (bucket.encryption or {}).get("Rule", {})
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        asked = call.headers.get("x-amz-server-side-encryption")
        key_name = default.get("KMSMasterKeyID")
        if asked:
            key_name = call.headers.get("x-amz-server-side-encryption-aws-kms-key-id")
        if not (asked or default.get("SSEAlgorithm", "")).startswith("aws:kms"):
            return
        actions = ["GenerateDataKey", *(["Decrypt"] if "uploadId" in call.query else [])]
        bucket_key = str(rule.get("BucketKeyEnabled")).lower() == "true"
    elif check.action in {"s3:GetObject", "s3:GetObjectVersion"}:
        version = call.query.get("versionId")
        found = s3_backends[call.account]["aws"].get_object(name, path, version_id=version)
        key_name = getattr(found, "kms_key_id", None)
        actions = ["Decrypt"]
        bucket_key = str(getattr(found, "bucket_key_enabled", "")).lower() == "true"
    else:
        return
    if not key_name:
        return
    key = state.key(key_name, bucket.region_name, call.account)
    arn = f"arn:aws:s3:::{name}" if bucket_key else check.resource.arn
    yield from _for_caller("s3", key, actions, **{"aws:s3:arn": arn})


def _dynamodb(call: Call) -> Iterator[Check]:
    """A table is given its key with a grant, and items are read and written with the key:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    """
    table_name = call.value("TableName").rpartition("/")[2]
    context = {"aws:dynamodb:tableName": table_name, "aws:dynamodb:subscriberId": call.account}
    if given := call.value("SSESpecification.KMSMasterKeyId"):
        key = state.key(given, call.region, call.account)
        yield from _for_caller("dynamodb", key, ["DescribeKey"])
        yield from _for_caller("dynamodb", key, ["CreateGrant"], **context)
    if call.operation in {"DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"}:
        table = state.table(table_name, call.region, call.account)
        given = (table.sse_specification or {}).get("KMSMasterKeyId") if table else None
        if given:
            key = state.key(given, call.region, call.account)
            yield from _for_caller("dynamodb", key, ["Decrypt"], **context)


def _secretsmanager(call: Call) -> Iterator[Check]:
    """A value is written under a data key, and read with it; a key is tried out before a secret
    gets it, and a copy in another region is written with the key that it has there:
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html and
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
    """
    name = call.value("SecretId") or call.value("Name")
    found = state.secret(name, call.region, call.account) if name else None
    arn = found.arn if found else name
    given = call.value("KmsKeyId")
    copies = call.parameters.get("AddReplicaRegions") or []
    if given:
        key = state.key(given, call.region, call.account)
        context = {"SecretARN": arn, "SecretVersionId": "RequestToValidateKeyAccess"}
        yield from _for_caller("secretsmanager", key, ["GenerateDataKey", "Decrypt"], **context)
    actions = []
    if call.value("SecretString") or "SecretBinary" in call.parameters:
        actions = ["GenerateDataKey", "Decrypt"]
    elif call.operation in {"GetSecretValue", "ReplicateSecretToRegions"}:
        actions = ["Decrypt"]
    used = given or (state.secret_key(found) if found else None)
    if actions and used:
        key = state.key(used, call.region, call.account)
        context = {"SecretARN": arn, **_secret_version(call, found)}
        yield from _for_caller("secretsmanager", key, actions, **context)
    for copy in copies:
        if given := copy.get("KmsKeyId"):
            region = copy["Region"]
            key = state.key(given, region, call.account)
            there = arn.replace(f":{call.region}:", f":{region}:")
            yield from _for_caller(
                "secretsmanager", key, ["GenerateDataKey", "Encrypt"], SecretARN=there
            )


def _secret_version(call: Call, found: FakeSecret | ReplicaSecret | None) -> dict[str, str]:
    """The version that a call writes or reads, as the encryption context has it."""
    version = call.value("ClientRequestToken") or call.value("VersionId")
    stage = call.value("VersionStage") or "AWSCURRENT"
    for there in (found.versions if found else {}).values():
        if not version and stage in there["version_stages"]:
            version = there["version_id"]
    return {"SecretVersionId": version} if version else {}


def _ecr(call: Call) -> Iterator[Check]:
    """A repository is given its key with a grant, which goes with it:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
    """
    arn = f"arn:aws:ecr:{call.region}:{call.account}:repository/{call.value('repositoryName')}"
    if call.operation == "CreateRepository":
        given, granted = call.value("encryptionConfiguration.kmsKey"), "CreateGrant"
    elif call.operation == "DeleteRepository":
        there = ecr_backends[call.account][call.region].repositories
        repository = there.get(call.value("repositoryName"))
        given = (repository.encryption_configuration or {}).get("kmsKey") if repository else None
        granted = "RetireGrant"
    else:
        return
    if given:
        key = state.key(given, call.region, call.account)
        if granted == "CreateGrant":
            yield from _for_caller("ecr", key, ["DescribeKey"])
        yield from _for_caller("ecr", key, [granted], **{"aws:ecr:arn": arn})


def _logs(call: Call) -> Iterator[Check]:
    """CloudWatch Logs itself uses the key, if the key's policy lets it for this group:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    given = call.value("kmsKeyId")
    key = state.key(given, call.region, call.account) if given else None
    if call.operation not in {"AssociateKmsKey", "CreateLogGroup"} or key is None:
        return
    name = call.value("logGroupName")
    arn = f"arn:aws:logs:{call.region}:{call.account}:log-group:{name}"
    keys = {
        "kms:encryptioncontext:aws:logs:arn": arn,
        "kms:encryptioncontextkeys": ["aws:logs:arn"],
    }
    message = f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'"
    for action in ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey"):
        yield Check(
            f"kms:{action}",
            Resource(key.arn, reference.kind("kms", "key")),
            keys,
            by=f"logs.{call.region}.amazonaws.com",
            message=message,
        )


SERVICES: dict[str, Callable[[Call], Iterator[Check]]] = {
    "dynamodb": _dynamodb,
    "ecr": _ecr,
    "logs": _logs,
    "secretsmanager": _secretsmanager,
}
