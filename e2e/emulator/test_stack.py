"""The layers around moto, held against the SDK that reads their answers."""

# unittest comes with Python, and is enough.
# ruff: noqa: PT009, PT027

import unittest
from typing import Any

from botocore.exceptions import ClientError

from emulator.registry import Context, Parameters, Refusal, corrects, operation, operations, uses
from emulator.served import ACCOUNT, REGION, ServedTest
from emulator.unserved import unserved


@operation("ec2", "GetCoipPoolUsage")
def ec2(parameters: Parameters, context: Context) -> dict[str, Any]:
    """An operation of the EC2 protocol."""
    return {"CoipPoolId": f"{parameters['PoolId']} {context.account} {context.region}"}


@operation("cloudwatch", "DescribeInsightRules")
def query(parameters: Parameters, context: Context) -> dict[str, Any]:
    """An operation of a service that the signature calls otherwise."""
    return {"InsightRules": [{"Name": "one", "State": str(parameters["MaxResults"])}]}


@operation("logs", "GetTransformer")
def json(parameters: Parameters, context: Context) -> dict[str, Any]:
    """An operation of the JSON protocol."""
    raise Refusal("ResourceNotFoundException", f"no {parameters['logGroupIdentifier']}")


@operation("backup", "GetBackupPlanFromJSON")
def rest(parameters: Parameters, context: Context) -> dict[str, Any]:
    """An operation whose name stands nowhere in the request."""
    return {"BackupPlan": {"BackupPlanName": parameters["BackupPlanTemplateJson"], "Rules": []}}


class StackTest(ServedTest):
    """What a client gets."""

    def test_additions(self) -> None:
        """Every protocol finds its operation, and gets its parameters and its result."""
        pool = self.client("ec2").get_coip_pool_usage(PoolId="pool")["CoipPoolId"]
        self.assertEqual(f"pool {ACCOUNT} {REGION}", pool)
        rules = self.client("cloudwatch").describe_insight_rules(MaxResults=7)["InsightRules"]
        self.assertEqual("7", rules[0]["State"])
        plan = self.client("backup").get_backup_plan_from_json(BackupPlanTemplateJson="x")
        self.assertEqual("x", plan["BackupPlan"]["BackupPlanName"])
        with self.assertRaises(self.client("logs").exceptions.ResourceNotFoundException) as raised:
            self.client("logs").get_transformer(logGroupIdentifier="g")
        self.assertIn("no g", str(raised.exception))

    def test_rest_of_the_service(self) -> None:
        """What isn't added is moto's."""
        self.assertTrue(self.client("ec2").describe_vpcs()["Vpcs"])
        self.client("s3").create_bucket(
            Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        self.assertEqual("bucket", self.client("s3").list_buckets()["Buckets"][0]["Name"])

    def test_unserved(self) -> None:
        """What nobody serves is refused by name, and remembered."""
        for service, call in {
            "ec2": "describe_capacity_reservation_topology",
            "elbv2": "describe_trust_store_associations",
            "route53": "list_cidr_collections",
            "logs": "list_anomalies",
            "fis": "list_actions",
        }.items():
            with self.subTest(service=service), self.assertRaises(ClientError) as raised:
                parameters = {"TrustStoreArn": "a"} if service == "elbv2" else {}
                getattr(self.client(service), call)(**parameters)
            self.assertEqual("NotServedByEmulator", raised.exception.response["Error"]["Code"])
            self.assertIn("can't serve", unserved[-1])

    def test_registry(self) -> None:
        """A correction counts its calls, needs a reason, and a method or a property to correct."""

        class Theirs:
            def name(self) -> str:
                return "theirs"

            @property
            def kind(self) -> str:
                return "thing"

        @corrects(Theirs, "kind")
        @corrects(Theirs, "name")
        def name(original: Any, theirs: Theirs) -> str:
            """They are wrong."""
            return "not " + original(theirs)

        self.assertEqual("not theirs", Theirs().name())
        self.assertEqual("not thing", Theirs().kind)
        self.assertEqual(1, next(n for label, n in uses.items() if label.endswith("Theirs.name")))
        with self.assertRaisesRegex(TypeError, "has no other any more"):
            corrects(Theirs, "other")
        with self.assertRaisesRegex(TypeError, "docstring"):
            operation("ec2", "Nothing")(lambda *_: None)
        self.assertNotIn(("ec2", "Nothing"), operations)


if __name__ == "__main__":
    unittest.main()
