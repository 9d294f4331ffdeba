"""Who may do what: credentials, policies, boundaries, and how AWS words a refusal."""

# unittest comes with Python, and is enough.
# ruff: noqa: PT009, PT027

import datetime as dt
import json
import unittest
import urllib.error
import urllib.request
from typing import Any

from moto.sts.models import sts_backends

from emulator.guard import record
from emulator.served import ACCOUNT, REGION, ServedTest, allow, deny, policy
from emulator.unserved import unserved


class CredentialsTest(ServedTest):
    """What is said to those whom nobody knows."""

    def test_unknown(self) -> None:
        """Every service has its own word for a key that isn't there."""
        nobody = {"AccessKeyId": "AKIANOBODY0000000000", "SecretAccessKey": "x"}
        for service, call, code in (
            ("s3", "list_buckets", "InvalidAccessKeyId"),
            ("ec2", "describe_vpcs", "AuthFailure"),
            ("iam", "list_roles", "InvalidClientTokenId"),
            ("sts", "get_caller_identity", "InvalidClientTokenId"),
            ("route53", "list_hosted_zones", "InvalidClientTokenId"),
            ("kms", "list_keys", "UnrecognizedClientException"),
        ):
            with self.subTest(service=service):
                self.assertEqual(code, self.refused(getattr(self.client(service, nobody), call))[0])

    def test_session(self) -> None:
        """A session's token has to be the right one, and to last."""
        taken = self.assume(self.role("session", allow("kms:ListKeys")))
        self.client("kms", taken).list_keys()
        wrong = self.client("kms", {**taken, "SessionToken": "other"})
        self.assertEqual("UnrecognizedClientException", self.refused(wrong.list_keys)[0])
        for session in sts_backends[ACCOUNT]["aws"].assumed_roles:
            if session.access_key_id == taken["AccessKeyId"]:
                session.expiration -= dt.timedelta(hours=2)
        code, _ = self.refused(self.client("kms", taken).list_keys)
        self.assertEqual("ExpiredTokenException", code)
        taken = self.assume(self.role("short-lived"))
        self.client("iam").delete_role(RoleName="short-lived")
        code, _ = self.refused(self.client("kms", taken).list_keys)
        self.assertEqual("UnrecognizedClientException", code)

    def test_none(self) -> None:
        """Without credentials there is nothing."""
        for path in ("/", "/bucket/key"):
            with self.assertRaises(urllib.error.HTTPError) as raised:
                urllib.request.urlopen(self.url + path)  # noqa: S310
            self.assertEqual(403, raised.exception.code)
            self.assertIn(b"<Code>AccessDenied</Code>", raised.exception.read())

    def test_no_way_to_become_root(self) -> None:
        """The key that moto would give out for this is the root user's."""
        code, _ = self.refused(self.client("sts").get_session_token)
        self.assertEqual("NotServedByEmulator", code)


class PoliciesTest(ServedTest):
    """How policies add up."""

    def test_wording(self) -> None:
        """A refusal has the service's form, and names who wanted what."""
        user = self.user("wording")
        who = f"User: arn:aws:iam::{ACCOUNT}:user/wording is not authorized to perform: "
        self.client("s3").create_bucket(
            Bucket="wording", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        self.client("dynamodb").create_table(
            TableName="wording",
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        item = {"TableName": "wording", "Key": {"k": {"S": "a"}}}
        table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/wording"
        for service, call, parameters, code, message in (
            (
                "ec2",
                "describe_vpcs",
                {},
                "UnauthorizedOperation",
                "ec2:DescribeVpcs on resource: *",
            ),
            ("iam", "list_roles", {}, "AccessDenied", "the iam:ListRoles action"),
            ("route53", "list_hosted_zones", {}, "AccessDenied", "the route53:ListHostedZones"),
            ("elbv2", "describe_rules", {}, "AccessDenied", "elasticloadbalancing:DescribeRules"),
            ("dynamodb", "get_item", item, "AccessDeniedException", f"resource: {table} because"),
            ("guardduty", "list_detectors", {}, "AccessDeniedException", "guardduty:ListDetectors"),
            (
                "s3",
                "get_object",
                {"Bucket": "wording", "Key": "a/b"},
                "AccessDenied",
                'resource: "arn:aws:s3:::wording/a/b" because no identity-based policy allows',
            ),
        ):
            with self.subTest(service=service):
                refused = self.refused(getattr(self.client(service, user), call), **parameters)
                self.assertEqual(code, refused[0])
                self.assertIn(who, refused[1])
                self.assertIn(message, refused[1])

    def test_free(self) -> None:
        """Everybody may ask who they are, whatever is denied."""
        user = self.user("free", deny("sts:GetCallerIdentity"))
        arn = self.client("sts", user).get_caller_identity()["Arn"]
        self.assertTrue(arn.endswith(":user/free"), arn)

    def test_identity(self) -> None:
        """A user has policies of its own, of its groups, and managed ones at their default."""
        iam = self.client("iam")
        user = self.user("identity")
        kms = self.client("kms", user)
        self.refused(kms.list_keys)

        iam.create_group(GroupName="people")
        iam.add_user_to_group(GroupName="people", UserName="identity")
        iam.put_group_policy(
            GroupName="people", PolicyName="keys", PolicyDocument=policy(allow("kms:List*"))
        )
        kms.list_keys()

        arn = iam.create_policy(PolicyName="no", PolicyDocument=policy(deny("kms:ListAliases")))[
            "Policy"
        ]["Arn"]
        iam.attach_user_policy(UserName="identity", PolicyArn=arn)
        kms.list_keys()
        self.assertIn(
            "with an explicit deny in an identity-based policy", self.refused(kms.list_aliases)[1]
        )
        iam.create_policy_version(
            PolicyArn=arn, PolicyDocument=policy(deny("kms:ListKeys")), SetAsDefault=True
        )
        kms.list_aliases()
        self.refused(kms.list_keys)

    def test_conditions(self) -> None:
        """What is known of request and caller decides."""
        iam = self.client("iam")
        iam.create_user(UserName="conditions", Tags=[{"Key": "Team", "Value": "blue"}])
        key = iam.create_access_key(UserName="conditions")["AccessKey"]
        kms = self.client("kms", key)
        arn = f"arn:aws:iam::{ACCOUNT}:user/conditions"
        for operator, name, right, wrong in (
            ("StringEquals", "aws:RequestedRegion", REGION, "us-east-1"),
            ("StringEquals", "aws:PrincipalTag/Team", "blue", "red"),
            ("ArnEquals", "aws:PrincipalArn", arn, arn + "x"),
            ("StringEquals", "aws:PrincipalAccount", ACCOUNT, "210987654321"),
            ("StringEquals", "aws:ResourceAccount", ACCOUNT, "210987654321"),
            ("StringEquals", "aws:username", "conditions", "other"),
            ("StringEquals", "kms:CallerAccount", ACCOUNT, "210987654321"),
            ("Bool", "aws:SecureTransport", "true", "false"),
            ("Bool", "aws:ViaAWSService", "false", "true"),
            ("Bool", "aws:PrincipalIsAWSService", "false", "true"),
            ("IpAddress", "aws:SourceIp", "127.0.0.0/8", "10.0.0.0/8"),
        ):
            with self.subTest(key=name):
                self.grant("conditions", allow("kms:List*", Condition={operator: {name: right}}))
                kms.list_keys()
                self.grant("conditions", allow("kms:List*", Condition={operator: {name: wrong}}))
                self.refused(kms.list_keys)

    def test_records(self) -> None:
        """A user may change the records alone that a policy names as Route 53 compares names."""
        zone = self.client("route53").create_hosted_zone(Name="example.com", CallerReference="x")
        only = {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
                "a.example.com",
                "\\052.example.com",
            ],
            "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
            "route53:ChangeResourceRecordSetsActions": ["UPSERT"],
        }
        condition = {"ForAllValues:StringEquals": only}
        user = self.user("records", allow("route53:*", Condition=condition))
        change = self.client("route53", user).change_resource_record_sets

        def changes(*names: str, **more: str) -> dict[str, Any]:
            records = [
                {
                    "Action": more.get("action", "UPSERT"),
                    "ResourceRecordSet": {
                        "Name": name,
                        "Type": more.get("type", "TXT"),
                        "TTL": 60,
                        "ResourceRecords": [{"Value": '"x"'}],
                    },
                }
                for name in names
            ]
            return {"HostedZoneId": zone["HostedZone"]["Id"], "ChangeBatch": {"Changes": records}}

        change(**changes("A.example.com.", "*.example.com", "\\052.example.com"))
        self.refused(change, **changes("a.example.com", "b.example.com"))
        self.refused(change, **changes("a.example.com", type="CNAME"))
        self.refused(change, **changes("a.example.com", action="DELETE"))

    def test_leading_keys(self) -> None:
        """A user may write the items alone whose partition keys a policy names."""
        self.client("dynamodb").create_table(
            TableName="locks",
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        condition = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["dev/*"]}}
        user = self.user("locks", allow("dynamodb:*Item", Condition=condition))
        dynamodb = self.client("dynamodb", user)
        mine, other = {"LockID": {"S": "dev/state"}}, {"LockID": {"S": "production/state"}}
        dynamodb.put_item(TableName="locks", Item=mine)
        dynamodb.delete_item(TableName="locks", Key=mine)
        self.refused(dynamodb.put_item, TableName="locks", Item=other)
        self.refused(dynamodb.delete_item, TableName="locks", Key=other)

    def test_only_region(self) -> None:
        """IAM is in one region, whatever the client says."""
        for name, region in (("here", REGION), ("there", "us-east-1")):
            condition = {"StringEquals": {"aws:RequestedRegion": region}}
            iam = self.client("iam", self.user(name, allow("iam:List*", Condition=condition)))
            if name == "there":
                iam.list_roles()
            else:
                self.refused(iam.list_roles)

    def test_role(self) -> None:
        """Of a session the role counts: its policies, its ARN, its tags."""
        role = self.role(
            "worker",
            allow("kms:ListKeys", Condition={"ArnEquals": {"aws:PrincipalArn": "ROLE"}}),
            Path="/team/",
            Tags=[{"Key": "Team", "Value": "blue"}],
        )
        taken = self.client("kms", self.assume(role))
        self.refused(taken.list_keys)
        statement = allow(
            "kms:ListKeys",
            Condition={
                "ArnEquals": {"aws:PrincipalArn": role},
                "StringEquals": {"aws:PrincipalTag/Team": "blue"},
            },
        )
        self.client("iam").put_role_policy(
            RoleName="worker", PolicyName="own", PolicyDocument=policy(statement)
        )
        taken.list_keys()
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/test"
        self.assertIn(f"User: {session} is not", self.refused(taken.list_aliases)[1])

    def test_boundary(self) -> None:
        """A boundary has to allow as well, and can refuse."""
        iam = self.client("iam")
        boundary = iam.create_policy(
            PolicyName="boundary",
            PolicyDocument=policy(allow("kms:*", "ec2:*"), deny("ec2:DescribeVpcs")),
        )["Policy"]["Arn"]
        taken = self.assume(self.role("bound", allow("*"), PermissionsBoundary=boundary))
        self.client("kms", taken).list_keys()
        self.assertIn(
            "because no permissions boundary allows the iam:ListRoles action",
            self.refused(self.client("iam", taken).list_roles)[1],
        )
        self.assertIn(
            "with an explicit deny in a permissions boundary",
            self.refused(self.client("ec2", taken).describe_vpcs)[1],
        )
        iam.delete_policy(PolicyArn=boundary)
        self.refused(self.client("kms", taken).list_keys)

    def test_boundary_of_others(self) -> None:
        """Who may make roles can be held to make none without a boundary."""
        boundary = f"arn:aws:iam::{ACCOUNT}:policy/all-roles"
        self.client("iam").create_policy(
            PolicyName="all-roles", PolicyDocument=policy(allow("kms:*"))
        )
        bound = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
        iam = self.client("iam", self.user("maker", allow("iam:*", Condition=bound)))
        trust = policy(allow("sts:AssumeRole", Principal="*"))
        made = {"RoleName": "made", "AssumeRolePolicyDocument": trust}
        self.refused(iam.create_role, **made)
        iam.create_role(**made, PermissionsBoundary=boundary)
        own = {"PolicyName": "own", "PolicyDocument": policy(allow("*"))}
        iam.put_role_policy(RoleName="made", **own)
        self.role("unbound")
        self.refused(iam.put_role_policy, RoleName="unbound", **own)
        self.refused(iam.delete_role_permissions_boundary, RoleName="unbound")

    def test_session_policy(self) -> None:
        """A session can be less than its role."""
        role = self.role("many", allow("kms:*", "ec2:*"))
        taken = self.assume(role, Policy=policy(allow("kms:*", "iam:*")))
        self.client("kms", taken).list_keys()
        self.assertIn(
            "because no session policy allows the ec2:DescribeVpcs action",
            self.refused(self.client("ec2", taken).describe_vpcs)[1],
        )
        self.refused(self.client("iam", taken).list_roles)

    def test_what_is_not_known(self) -> None:
        """A policy that asks for what the guard doesn't know fails the test that uses it."""
        unknown = {"StringEquals": {"aws:PrincipalOrgPaths": "x"}}
        user = self.user(
            "unknown",
            allow("kms:ListKeys", Condition=unknown),
            allow("ec2:*", Resource="arn:aws:ec2:*:*:vpc/${aws:username}"),
        )
        self.refused(self.client("kms", user).list_keys)
        self.assertIn(
            "the guard has no value for the condition key aws:principalorgpaths", unserved
        )
        self.assertIn("the guard doesn't fill in the variables of own/2", unserved)

    def test_no_such_action(self) -> None:
        """What the guard can't name is refused to everybody."""
        code, message = self.refused(self.client("apigateway").get_rest_apis)
        self.assertEqual("NotServedByEmulator", code)
        self.assertIn("doesn't know what apigateway GET /restapis asks for", message)


class RecordTest(ServedTest):
    """What a test can ask about afterwards."""

    def test_record(self) -> None:
        """Who asked for what, and which statement let it happen, counted."""
        boundary = self.client("iam").create_policy(
            PolicyName="limit", PolicyDocument=policy(allow("*", Sid="Limit"))
        )["Policy"]["Arn"]
        statements = allow("kms:ListKeys", Sid="Keys"), allow("ec2:DescribeVpcs")
        role = self.role("recorded", *statements, PermissionsBoundary=boundary)
        taken = self.assume(role)
        with record.lock:
            record.entries.clear()
        self.client("kms", taken).list_keys()
        self.client("kms", taken).list_keys()
        self.client("ec2", taken).describe_vpcs()
        self.refused(self.client("iam", taken).list_roles)
        with urllib.request.urlopen(self.url + record.PATH) as answer:  # noqa: S310
            found = json.load(answer)
        common = {"principal": role, "resource": "*", "via": ""}
        self.assertEqual(
            [
                {
                    **common,
                    "action": "kms:ListKeys",
                    "allowed": True,
                    "statements": ["own/Keys", f"{boundary}/Limit"],
                    "count": 2,
                },
                {
                    **common,
                    "action": "ec2:DescribeVpcs",
                    "allowed": True,
                    "statements": ["own/2", f"{boundary}/Limit"],
                    "count": 1,
                },
                {
                    **common,
                    "action": "iam:ListRoles",
                    "allowed": False,
                    "statements": [],
                    "count": 1,
                },
            ],
            found,
        )


if __name__ == "__main__":
    unittest.main()
