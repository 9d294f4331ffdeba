"""What the policies of buckets, secrets and keys say, and the use of keys by services."""

# unittest comes with Python, and is enough.
# ruff: noqa: PT009

import hashlib
import unittest
from typing import Any

from emulator.served import ACCOUNT, REGION, ServedTest, Statement, allow, deny, policy

HERE = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
EVERYBODY = {"AWS": "*"}
MANAGE = allow("kms:PutKeyPolicy", "kms:DescribeKey", Principal=HERE, Sid="Manage")
USE = ("kms:GenerateDataKey", "kms:Decrypt")


class KeysTest(ServedTest):
    """Keys are for those whom the key's policy lets use them."""

    def key(self, *statements: Statement) -> str:
        """Makes a key."""
        made = self.client("kms").create_key(Policy=policy(*statements))
        arn: str = made["KeyMetadata"]["Arn"]
        return arn

    def bucket(self, name: str, **encryption: Any) -> Any:
        """Makes a bucket whose objects are encrypted with a key by default."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        if encryption:
            default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": encryption["key"]}
            rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": default}
            if "bucket_key" in encryption:
                rule["BucketKeyEnabled"] = True
            s3.put_bucket_encryption(
                Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]}
            )
        return s3

    def test_key_policy(self) -> None:
        """What it doesn't allow nobody may, not even the root user."""
        key = self.key(MANAGE)
        user = self.user("all-keys", allow("kms:*"))
        for who in (self.client("kms", user), self.client("kms")):
            who.describe_key(KeyId=key)
            self.assertIn(
                f"kms:Encrypt on resource: {key} "
                "because no resource-based policy allows the kms:Encrypt action",
                self.refused(who.encrypt, KeyId=key, Plaintext=b"x")[1],
            )
        # The policy leaves it to the account's policies, of which this user has none.
        none = self.client("kms", self.user("no-keys"))
        self.assertIn("no identity-based policy", self.refused(none.describe_key, KeyId=key)[1])
        self.client("kms").put_key_policy(
            KeyId=key,
            Policy=policy(MANAGE, allow("kms:DescribeKey", Principal=user_arn("no-keys"))),
            PolicyName="default",
        )
        none.describe_key(KeyId=key)

    def test_encryption_context(self) -> None:
        """A policy can ask for what is encrypted to be named."""
        named = {"StringEquals": {"kms:EncryptionContext:For": "me"}}
        key = self.key(MANAGE, allow(*USE, Principal=HERE, Condition=named))
        call = self.client("kms").generate_data_key
        parameters = {"KeyId": key, "KeySpec": "AES_256"}
        self.refused(call, **parameters)
        self.refused(call, **parameters, EncryptionContext={"For": "you"})
        call(**parameters, EncryptionContext={"For": "me"})

    def test_s3(self) -> None:
        """S3 uses the key for the caller, and only for what is in the bucket."""
        via = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
        key = self.key(MANAGE, allow(*USE, Principal=HERE, Condition=via))
        self.bucket("under-key", key=key).put_object(Bucket="under-key", Key="a", Body=b"a")
        user = self.user("objects", allow("s3:GetObject", "s3:PutObject"))
        s3 = self.client("s3", user)
        parameters = {"Bucket": "under-key", "Key": "a"}
        code, message = self.refused(s3.get_object, **parameters)
        self.assertEqual("AccessDenied", code)
        self.assertIn(f"kms:Decrypt on resource: {key} because no identity-based", message)
        refused = self.refused(s3.put_object, Body=b"b", **parameters)
        self.assertIn("kms:GenerateDataKey", refused[1])
        # It isn't decrypted to tell that it is there.
        s3.head_object(**parameters)

        context = {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::under-key/a"}
        of_object = allow(*USE, Resource=key, Condition={"StringEquals": context})
        self.grant("objects", allow("s3:*"), of_object)
        s3.get_object(**parameters)
        s3.put_object(Body=b"b", **parameters)
        self.refused(s3.put_object, Bucket="under-key", Key="b", Body=b"b")
        called = {"ForAnyValue:StringEquals": {"aws:CalledVia": "s3.amazonaws.com"}}
        self.grant("objects", allow("s3:*"), allow(*USE, Condition=called))
        s3.get_object(**parameters)
        # Not by itself.
        self.refused(self.client("kms").generate_data_key, KeyId=key, KeySpec="AES_256")

    def test_s3_bucket_key(self) -> None:
        """A bucket key is made for the bucket, and a key of AWS for everybody."""
        key = self.key(MANAGE, allow(*USE, Principal=HERE))
        self.bucket("bucket-key", key=key, bucket_key=True)
        context = {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::bucket-key"}
        of_bucket = allow(*USE, Condition={"StringEquals": context})
        s3 = self.client("s3", self.user("bucket-key", allow("s3:*"), of_bucket))
        s3.put_object(Bucket="bucket-key", Key="a", Body=b"a")
        s3.get_object(Bucket="bucket-key", Key="a")
        self.bucket("managed")
        s3.put_object(Bucket="managed", Key="a", Body=b"a", ServerSideEncryption="aws:kms")

    def test_key_without_account(self) -> None:
        """A bucket's key that doesn't know the account is of no use, to the root user neither."""
        key = self.key(MANAGE)
        s3 = self.bucket("locked", key=key)
        refused = self.refused(s3.put_object, Bucket="locked", Key="a", Body=b"a")
        self.assertIn(f"User: arn:aws:iam::{ACCOUNT}:root is not authorized", refused[1])
        self.assertIn("no resource-based policy allows the kms:GenerateDataKey action", refused[1])

    def test_dynamodb(self) -> None:
        """A table gets a grant for the key, and items are decrypted for the caller."""
        via = {"StringEquals": {"kms:ViaService": f"dynamodb.{REGION}.amazonaws.com"}}
        grant = {**via, "Bool": {"kms:GrantIsForAWSResource": "true"}}
        table = {
            "TableName": "encrypted",
            "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        }
        dynamodb = self.client("dynamodb")
        sse = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": self.key(MANAGE)}
        refused = self.refused(dynamodb.create_table, **table, SSESpecification=sse)
        self.assertIn("no resource-based policy allows the kms:CreateGrant action", refused[1])
        sse["KMSMasterKeyId"] = self.key(
            MANAGE,
            allow("kms:CreateGrant", Principal=HERE, Condition=grant),
            allow(*USE, Principal=HERE, Condition=via),
        )
        dynamodb.create_table(**table, SSESpecification=sse)
        dynamodb.create_table(
            **{**table, "TableName": "managed"}, SSESpecification={"Enabled": True}
        )
        user = self.user("items", allow("dynamodb:*"))
        self.client("dynamodb", user).get_item(TableName="managed", Key={"k": {"S": "a"}})
        item = {"TableName": "encrypted", "Key": {"k": {"S": "a"}}}
        call = self.client("dynamodb", user).get_item
        self.assertIn("kms:Decrypt", self.refused(call, **item)[1])
        context = {"kms:EncryptionContext:aws:dynamodb:tableName": "encrypted"}
        self.grant(
            "items",
            allow("dynamodb:*"),
            allow("kms:Decrypt", Condition={"StringEquals": context}),
        )
        call(**item)

    def test_secretsmanager(self) -> None:
        """A secret is written and read with its key."""
        via = {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}}
        key = self.key(MANAGE, allow(*USE, Principal=HERE, Condition=via))
        user = self.user("secrets", allow("secretsmanager:*"))
        client = self.client("secretsmanager", user)
        create = {"Name": "encrypted", "KmsKeyId": key, "SecretString": "x"}
        refused = self.refused(client.create_secret, **create)
        self.assertIn("kms:GenerateDataKey", refused[1])
        self.client("secretsmanager").create_secret(**create)
        self.assertIn("kms:Decrypt", self.refused(client.get_secret_value, SecretId="encrypted")[1])
        self.grant("secrets", allow("secretsmanager:*"), allow("kms:Decrypt", Resource=key))
        client.get_secret_value(SecretId="encrypted")
        self.refused(client.put_secret_value, SecretId="encrypted", SecretString="y")

    def test_new_secret(self) -> None:
        """A key is tried out for a secret, even one that has no value yet."""
        tried = {"kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess"}
        key = self.key(MANAGE, allow(*USE, Principal=HERE))
        create, allowed = {"Name": "empty", "KmsKeyId": key}, allow("secretsmanager:*")
        client = self.client("secretsmanager", self.user("new-secret", allowed))
        self.assertIn("kms:GenerateDataKey", self.refused(client.create_secret, **create)[1])
        self.grant("new-secret", allowed, allow(*USE, Condition={"StringEquals": tried}))
        client.create_secret(**create)
        put = {"SecretId": "empty", "SecretString": "x", "ClientRequestToken": "0" * 32}
        self.refused(client.put_secret_value, **put)
        version = {"kms:EncryptionContext:SecretVersionId": "0" * 32}
        self.grant("new-secret", allowed, allow(*USE, Condition={"StringEquals": version}))
        client.put_secret_value(**put)
        client.get_secret_value(SecretId="empty")

    def test_copy_of_secret(self) -> None:
        """A copy is encrypted with its own region's key, has an action, and the same policy."""
        there = "eu-west-1"
        via = {"StringEquals": {"kms:ViaService": f"secretsmanager.{there}.amazonaws.com"}}
        use = allow(*USE, "kms:Encrypt", Principal=HERE, Condition=via)
        made = self.client("kms", region=there).create_key(Policy=policy(MANAGE, use))
        key = made["KeyMetadata"]["Arn"]
        copies = [{"Region": there, "KmsKeyId": key}]
        user = self.user("copies", allow("secretsmanager:CreateSecret"))
        create = self.client("secretsmanager", user).create_secret
        parameters = {"Name": "copied", "SecretString": "x", "AddReplicaRegions": copies}
        refused = self.refused(create, **parameters)
        self.assertIn("secretsmanager:ReplicateSecretToRegions", refused[1])
        self.grant("copies", allow("secretsmanager:*"), allow("kms:GenerateDataKey"))
        self.assertIn(f"kms:Encrypt on resource: {key}", self.refused(create, **parameters)[1])
        keys = allow("kms:Encrypt", "kms:GenerateDataKey", Resource=key)
        self.grant("copies", allow("secretsmanager:*"), keys)
        status = create(**parameters)["ReplicationStatus"]
        self.assertEqual([(there, key)], [(one["Region"], one["KmsKeyId"]) for one in status])

        read = self.client("secretsmanager", user, region=there).get_secret_value
        self.assertIn(f"kms:Decrypt on resource: {key}", self.refused(read, SecretId="copied")[1])
        self.grant("copies", allow("secretsmanager:*"), allow("kms:Decrypt", Resource=key))
        self.assertEqual("x", read(SecretId="copied")["SecretString"])
        nobody = deny("secretsmanager:GetSecretValue", Principal=EVERYBODY)
        self.client("secretsmanager").put_resource_policy(
            SecretId="copied", ResourcePolicy=policy(nobody)
        )
        self.assertIn("explicit deny in a resource-based", self.refused(read, SecretId="copied")[1])

    def test_ecr(self) -> None:
        """A repository gets a grant for the key, and gives it back."""
        via = {"StringEquals": {"kms:ViaService": f"ecr.{REGION}.amazonaws.com"}}
        grants = allow("kms:CreateGrant", "kms:RetireGrant", Principal=HERE, Condition=via)
        key = self.key(MANAGE, grants)
        user = self.user("images", allow("ecr:*"), allow("kms:DescribeKey"))
        ecr = self.client("ecr", user)
        create = {
            "repositoryName": "encrypted",
            "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": key},
        }
        self.assertIn("kms:CreateGrant", self.refused(ecr.create_repository, **create)[1])
        self.grant("images", allow("ecr:*"), allow("kms:DescribeKey", "kms:CreateGrant"))
        ecr.create_repository(**create)
        delete = {"repositoryName": "encrypted"}
        self.assertIn("kms:RetireGrant", self.refused(ecr.delete_repository, **delete)[1])

    def test_logs(self) -> None:
        """CloudWatch Logs uses the key by itself, for the groups that the key's policy names."""
        arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:encrypted"
        logs = {"Service": f"logs.{REGION}.amazonaws.com"}
        context = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn}}
        every = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*")
        key = self.key(MANAGE, allow(*every, Principal=logs, Condition=context))
        client = self.client("logs")
        code, message = self.refused(
            client.create_log_group, logGroupName="encrypted", kmsKeyId=self.key(MANAGE)
        )
        self.assertEqual("AccessDeniedException", code)
        self.assertEqual(
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'",
            message,
        )
        client.create_log_group(logGroupName="encrypted", kmsKeyId=key)
        self.refused(client.create_log_group, logGroupName="other", kmsKeyId=key)
        client.create_log_group(logGroupName="other")
        self.refused(client.associate_kms_key, logGroupName="other", kmsKeyId=key)


class BucketsTest(ServedTest):
    """A bucket can let in those without any policy, and keep out those with all of them."""

    def bucket(self, name: str, *statements: Statement) -> None:
        """Makes a bucket with a policy, and an object a."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=name, Key="a", Body=b"a")
        both = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
        its = [{**statement, "Resource": both} for statement in statements]
        s3.put_bucket_policy(Bucket=name, Policy=policy(*its))

    def test_deny(self) -> None:
        """It refuses whoever asks as it doesn't like, the root user too."""
        plain = {"Bool": {"aws:SecureTransport": "false"}}
        old = {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
        key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/right"
        header = "s3:x-amz-server-side-encryption"
        other = {"Null": {header: "false"}, "StringNotEquals": {header: "aws:kms"}}
        foreign = {
            "Null": {f"{header}-aws-kms-key-id": "false"},
            "StringNotEquals": {f"{header}-aws-kms-key-id": key},
        }
        self.bucket(
            "strict",
            deny("s3:*", Principal="*", Condition=plain),
            deny("s3:*", Principal="*", Condition=old),
            deny("s3:PutObject", Principal="*", Condition=other),
            deny("s3:PutObject", Principal="*", Condition=foreign),
        )
        s3 = self.client("s3")
        parameters = {"Bucket": "strict", "Key": "b", "Body": b"b"}
        s3.put_object(**parameters)
        s3.put_object(**parameters, ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
        explicit = "with an explicit deny in a resource-based policy"
        for wrong in (
            {"ServerSideEncryption": "AES256"},
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key + "x"},
        ):
            self.assertIn(explicit, self.refused(s3.put_object, **parameters, **wrong)[1])
        plain_s3 = self.client("s3", secure=False)
        self.assertIn(explicit, self.refused(plain_s3.put_object, **parameters)[1])
        self.refused(plain_s3.get_object, Bucket="strict", Key="a")

    def test_allow(self) -> None:
        """It lets in whom it names, and leaves the account's users to their own policies."""
        guest, member, other = (self.user(name) for name in ("guest", "member", "other"))
        self.bucket(
            "open",
            allow("s3:GetObject", Principal=user_arn("guest")),
            allow("s3:GetObject", Principal=HERE),
        )
        self.client("s3", guest).get_object(Bucket="open", Key="a")
        for user in (member, other):
            self.refused(self.client("s3", user).get_object, Bucket="open", Key="a")


class SecretsTest(ServedTest):
    """One service's role can't read another's secret."""

    def test_task_roles(self) -> None:
        """Each reads its own, until the secret's policy refuses it."""
        client = self.client("secretsmanager")
        arns = {}
        for name in ("api", "web"):
            arns[name] = client.create_secret(Name=f"{name}/token", SecretString=name)["ARN"]
            self.role(f"task-{name}", allow("secretsmanager:GetSecretValue", Resource=arns[name]))
        api = self.client("secretsmanager", self.assume(f"arn:aws:iam::{ACCOUNT}:role/task-api"))
        value = api.get_secret_value(SecretId="api/token")["SecretString"]
        self.assertEqual("api", value)
        code, message = self.refused(api.get_secret_value, SecretId=arns["web"])
        self.assertEqual("AccessDeniedException", code)
        self.assertIn(f"secretsmanager:GetSecretValue on resource: {arns['web']} because", message)
        client.put_resource_policy(
            SecretId="api/token",
            ResourcePolicy=policy(deny("secretsmanager:GetSecretValue", Principal=EVERYBODY)),
        )
        self.assertIn(
            "with an explicit deny in a resource-based policy",
            self.refused(api.get_secret_value, SecretId="api/token")[1],
        )

    def test_other_accounts(self) -> None:
        """The policy that keeps other accounts out knows the caller's."""
        client = self.client("secretsmanager")
        client.create_secret(Name="ours", SecretString="x")
        for account, refused in ((ACCOUNT, False), ("210987654321", True)):
            other = {
                "StringNotEquals": {"aws:PrincipalAccount": account},
                "Bool": {"aws:PrincipalIsAWSService": "false"},
            }
            only = deny("secretsmanager:*", Principal="*", Condition=other)
            self.client("secretsmanager").put_resource_policy(
                SecretId="ours", ResourcePolicy=policy(only)
            )
            if refused:
                self.refused(client.get_secret_value, SecretId="ours")
            else:
                client.get_secret_value(SecretId="ours")

    def test_deleted(self) -> None:
        """A secret that can still be brought back can't be read."""
        client = self.client("secretsmanager")
        client.create_secret(Name="deleted", SecretString="x")
        client.delete_secret(SecretId="deleted", RecoveryWindowInDays=7)
        code, _ = self.refused(client.get_secret_value, SecretId="deleted")
        self.assertEqual("InvalidRequestException", code)

    def test_repository(self) -> None:
        """A repository's policy lets in whom it names, but not to the registry's token."""
        ecr = self.client("ecr")
        ecr.create_repository(repositoryName="shared")
        upload = ecr.initiate_layer_upload(repositoryName="shared")["uploadId"]
        layer = {"repositoryName": "shared", "uploadId": upload}
        ecr.upload_layer_part(**layer, partFirstByte=0, partLastByte=0, layerPartBlob=b"x")
        digest = f"sha256:{hashlib.sha256(b'x').hexdigest()}"
        ecr.complete_layer_upload(**layer, layerDigests=[digest])
        statement = allow(
            "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", Principal=user_arn("puller")
        )
        del statement["Resource"]
        puller, other = self.user("puller"), self.user("bystander")
        ecr.set_repository_policy(repositoryName="shared", policyText=policy(statement))
        for call, parameters in (
            ("batch_get_image", {"imageIds": [{"imageTag": "x"}]}),
            ("get_download_url_for_layer", {"layerDigest": digest}),
        ):
            with self.subTest(call=call):
                parameters["repositoryName"] = "shared"
                getattr(self.client("ecr", puller), call)(**parameters)
                self.refused(getattr(self.client("ecr", other), call), **parameters)
        self.refused(self.client("ecr", puller).get_authorization_token)
        self.grant("bystander", allow("ecr:GetAuthorizationToken"))
        self.client("ecr", other).get_authorization_token()


def user_arn(name: str) -> dict[str, str]:
    """The user as a policy names it."""
    return {"AWS": f"arn:aws:iam::{ACCOUNT}:user/{name}"}


if __name__ == "__main__":
    unittest.main()
