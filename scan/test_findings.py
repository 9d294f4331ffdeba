"""That checkov sees what matters in the JSON that cdktf renders.

A check that can't read what it looks at passes without a word. So copies of rendered stacks are
spoiled, and checkov must find it in them, and not in the stacks that they were copied from, which
have resources of the same addresses and are scanned with them.
"""

# ruff: noqa: PT009, PT027

import json
import tempfile
import unittest
from copy import deepcopy
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

from scan.findings import Finding, ScanError, Stack, findings

ENVIRONMENT = "dev"
GONE = None
EVERYBODY = {"cidr_ipv4": "0.0.0.0/0", "ip_protocol": "-1", "from_port": None, "to_port": None}
ANY_TRAFFIC = {"cidr_block": "0.0.0.0/0", "from_port": 0, "to_port": 0, "protocol": "-1"}
ANY_ACTION = {
    "effect": "Allow",
    "actions": ["*"],
    "resources": ["*"],
    "principals": [{"type": "*", "identifiers": ["*"]}],
}

# What becomes of all resources of a type, and the checks that must see it.
SPOILED: tuple[tuple[str, dict[str, Any] | None, str], ...] = (
    ("aws_s3_bucket_public_access_block", {"block_public_acls": False}, "CKV_AWS_53 CKV2_AWS_6"),
    ("aws_s3_bucket_public_access_block", {"block_public_policy": False}, "CKV_AWS_54"),
    ("aws_s3_bucket_public_access_block", {"ignore_public_acls": False}, "CKV_AWS_55"),
    ("aws_s3_bucket_public_access_block", {"restrict_public_buckets": False}, "CKV_AWS_56"),
    ("aws_s3_bucket_server_side_encryption_configuration", GONE, "CKV_AWS_145"),
    (
        "aws_s3_bucket_versioning",
        {"versioning_configuration": {"status": "Suspended"}},
        "CKV_AWS_21",
    ),
    (
        "aws_s3_bucket_ownership_controls",
        {"rule": {"object_ownership": "ObjectWriter"}},
        "CKV2_AWS_65",
    ),
    ("aws_s3_bucket_lifecycle_configuration", GONE, "CKV2_AWS_61"),
    ("aws_kms_key", {"enable_key_rotation": False}, "CKV_AWS_7"),
    ("aws_dynamodb_table", {"point_in_time_recovery": {"enabled": False}}, "CKV_AWS_28"),
    ("aws_dynamodb_table", {"server_side_encryption": {"enabled": False}}, "CKV_AWS_119"),
    ("aws_vpc_security_group_ingress_rule", EVERYBODY, "CKV_AWS_24 CKV_AWS_25 CKV_AWS_277"),
    ("aws_vpc_security_group_egress_rule", EVERYBODY, "CKV_AWS_382"),
    ("aws_default_security_group", GONE, "CKV2_AWS_12"),
    (
        "aws_network_acl",
        {"ingress": [ANY_TRAFFIC | {"action": "allow", "rule_no": 1}]},
        "CKV_AWS_231 CKV_AWS_232",
    ),
    ("aws_subnet", {"map_public_ip_on_launch": True}, "CKV_AWS_130"),
    ("aws_flow_log", GONE, "CKV2_AWS_11"),
    ("aws_cloudwatch_log_group", {"kms_key_id": None}, "CKV_AWS_158"),
    ("aws_lb", {"drop_invalid_header_fields": False}, "CKV_AWS_131"),
    ("aws_lb", {"access_logs": {"bucket": "logs", "enabled": False}}, "CKV_AWS_91"),
    ("aws_lb_listener", {"ssl_policy": "ELBSecurityPolicy-2016-08"}, "CKV_AWS_103 CKV2_AWS_74"),
    ("aws_wafv2_web_acl_association", GONE, "CKV2_AWS_28"),
    ("aws_wafv2_web_acl_logging_configuration", GONE, "CKV2_AWS_31"),
    (
        "data.aws_iam_policy_document",
        {"statement": [ANY_ACTION]},
        "CKV_AWS_1 CKV_AWS_49 CKV_AWS_107 CKV_AWS_108 CKV_AWS_110 CKV_AWS_283",
    ),
)

SSH = {"ip_protocol": "tcp", "from_port": 22, "to_port": 22}
RULES = {
    "resource": {
        "aws_vpc_security_group_ingress_rule": {
            "everybody": SSH | {"cidr_ipv6": "::/0"},
            "group": SSH | {"referenced_security_group_id": "sg-1"},
            "prefix_list": SSH | {"prefix_list_id": "pl-1"},
            "network": SSH | {"cidr_ipv4": "10.0.0.0/16"},
        }
    }
}


def spoil(stack: Stack) -> Stack:
    """A copy of a stack with all of SPOILED."""
    stack = deepcopy(stack)
    for kind, changes, _ in SPOILED:
        section = stack.get("data" if kind.startswith("data.") else "resource", {})
        resources = section.get(kind.removeprefix("data."), {})
        if changes is GONE:
            resources.clear()
        for resource in resources.values():
            resource.update(changes)
    return stack


class SightTest(unittest.TestCase):
    """Rendered stacks and spoiled copies of them."""

    stacks: ClassVar[dict[str, Stack]]
    seen: ClassVar[set[Finding]]

    @classmethod
    def setUpClass(cls) -> None:
        """Scans all at once."""
        rendered = Path("cdktf.out/stacks").glob(f"{ENVIRONMENT}-*/cdk.tf.json")
        cls.stacks = {p.parent.name: json.loads(p.read_text()) for p in rendered}
        spoiled = {f"spoiled-{name}": spoil(stack) for name, stack in cls.stacks.items()}
        cls.stacks["rules"] = RULES
        with tempfile.TemporaryDirectory() as scratch:
            cls.seen = set(findings(cls.stacks | spoiled, Path(scratch, "scan")))

    def test_what_is_spoiled_is_found(self) -> None:
        """Each check fails on something that it did not fail on before."""
        before = {(f.check, f.stack, f.address) for f in self.seen}
        new = {
            f.check
            for f in self.seen
            if (stack := f.stack.removeprefix("spoiled-")) != f.stack
            and (f.check, stack, f.address) not in before
        }
        for kind, _, checks in SPOILED:
            for check in checks.split():
                with self.subTest(kind, check=check):
                    self.assertIn(check, new, "checkov is blind to it: mend scan/findings.py")

    def test_a_rule_is_open_to_the_world_or_not(self) -> None:
        """Not what has no range of addresses is open, but what has all of them."""
        found = {f.address for f in self.seen if (f.stack, f.check) == ("rules", "CKV_AWS_24")}
        self.assertEqual(found, {"aws_vpc_security_group_ingress_rule.everybody"})

    def test_a_finding_names_a_resource_as_terraform_does(self) -> None:
        """What checkov calls resource.state is aws_s3_bucket.state."""
        for f in self.seen:
            *kind, name = f.address.removeprefix("data.").split(".")
            section = "data" if f.address.startswith("data.") else "resource"
            stack = self.stacks[f.stack.removeprefix("spoiled-")]
            with self.subTest(f.check, address=f.address):
                self.assertIn(name, stack[section][".".join(kind)])

    def test_what_was_not_read_is_said(self) -> None:
        """A stack that checkov says nothing about is not a stack without findings."""
        with (
            tempfile.TemporaryDirectory() as scratch,
            patch("scan.findings.checkov", return_value=({}, "")),
            self.assertRaisesRegex(ScanError, "could not read " + ", ".join(sorted(self.stacks))),
        ):
            findings(self.stacks, Path(scratch, "scan"))
