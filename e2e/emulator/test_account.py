"""What holds for a whole account: where it is kept, and what AWS refuses."""

# unittest comes with Python, and is enough.
# ruff: noqa: PT009

import unittest
from typing import Any

from moto.moto_api._internal.models import moto_api_backend

from emulator.served import ACCOUNT, ServedTest
from emulator.services import accessanalyzer, ec2_settings, securityhub

STANDARD = "arn:aws:securityhub:eu-central-1::standards/cis-aws-foundations-benchmark/v/5.0.0"


class AccountTest(ServedTest):
    """Settings and watchers of an account."""

    def setUp(self) -> None:
        """Has an account where nothing is set."""
        moto_api_backend.reset()

    def test_regions(self) -> None:
        """A region's settings are its own, and gone when moto's are."""
        ec2 = self.client("ec2")
        ec2.modify_ebs_default_kms_key_id(KmsKeyId="ours")
        ec2.enable_snapshot_block_public_access(State="block-all-sharing")
        ec2.modify_instance_metadata_defaults(HttpTokens="required")
        self.client("accessanalyzer").create_analyzer(analyzerName="one", type="ACCOUNT")
        self.client("securityhub").enable_security_hub()
        self.client("securityhub").batch_enable_standards(
            StandardsSubscriptionRequests=[{"StandardsArn": STANDARD}]
        )

        def there(region: str) -> list[Any]:
            settings = ec2_settings.backends[ACCOUNT][region]
            hub = securityhub.backends[ACCOUNT][region]
            analyzers = accessanalyzer.backends[ACCOUNT][region].analyzers
            return [
                settings.key,
                settings.snapshots,
                settings.metadata,
                list(analyzers),
                len(hub.subscriptions),
            ]

        new = ["alias/aws/ebs", "unblocked", {}, [], 0]
        self.assertEqual(
            ["ours", "block-all-sharing", {"HttpTokens": "required"}, ["one"], 1],
            there("eu-central-1"),
        )
        self.assertEqual(new, there("eu-west-1"))
        moto_api_backend.reset()
        self.assertEqual(new, there("eu-central-1"))

    def test_metadata_defaults(self) -> None:
        """What isn't said stays, and what has no preference any more goes."""
        ec2 = self.client("ec2")
        ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=1)
        ec2.modify_instance_metadata_defaults(HttpTokens="no-preference")
        level = ec2.get_instance_metadata_defaults()["AccountLevel"]
        self.assertEqual({"HttpPutResponseHopLimit": 1, "ManagedBy": "account"}, level)

    def test_detector(self) -> None:
        """A detector looks at nearly everything, and keeps to what it isn't told otherwise."""
        guardduty = self.client("guardduty")
        detector = guardduty.create_detector(Enable=True)["DetectorId"]
        off = [{"Name": "RDS_LOGIN_EVENTS", "Status": "DISABLED"}]
        guardduty.update_detector(DetectorId=detector, Features=off)
        features = guardduty.get_detector(DetectorId=detector)["Features"]
        states = {feature["Name"]: feature["Status"] for feature in features}
        self.assertEqual("DISABLED", states["RDS_LOGIN_EVENTS"])
        self.assertEqual("ENABLED", states["S3_DATA_EVENTS"])
        self.assertNotIn("RUNTIME_MONITORING", states)
        guardduty.delete_detector(DetectorId=detector)
        code, _ = self.refused(guardduty.delete_detector, DetectorId=detector)
        self.assertEqual("BadRequestException", code)

    def test_linked_role(self) -> None:
        """A service's role has the name that AWS gives it, and is there once."""
        iam, service = self.client("iam"), "ecs.application-autoscaling.amazonaws.com"
        role = iam.create_service_linked_role(AWSServiceName=service)["Role"]
        name = "AWSServiceRoleForApplicationAutoScaling_ECSService"
        self.assertEqual(
            (name, f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{service}/{name}"),
            (role["RoleName"], role["Arn"]),
        )
        code, _ = self.refused(iam.create_service_linked_role, AWSServiceName=service)
        self.assertEqual("InvalidInput", code)

    def test_hub(self) -> None:
        """Without a hub there are no standards, and a new one has none."""
        hub = self.client("securityhub")
        code, _ = self.refused(hub.get_enabled_standards)
        self.assertEqual("InvalidAccessException", code)
        hub.enable_security_hub()
        hub.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": STANDARD}])
        self.assertEqual(1, len(hub.get_enabled_standards()["StandardsSubscriptions"]))
        hub.disable_security_hub()
        hub.enable_security_hub()
        self.assertEqual([], hub.get_enabled_standards()["StandardsSubscriptions"])


if __name__ == "__main__":
    unittest.main()
