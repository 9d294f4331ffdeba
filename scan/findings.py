"""What checkov finds in the rendered stacks."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Stack = dict[str, Any]

RULE_NAMES = {
    "cidr_ipv4": "cidr_blocks",
    "cidr_ipv6": "ipv6_cidr_blocks",
    "prefix_list_id": "prefix_list_ids",
    "referenced_security_group_id": "source_security_group_id",
}


@dataclass(frozen=True, order=True)
class Finding:
    """A check that fails on a resource of a stack."""

    check: str
    address: str
    stack: str
    title: str


class ScanError(Exception):
    """checkov did not judge all that it was given."""


def findings(stacks: Mapping[str, Stack], scratch: Path) -> list[Finding]:
    """Every check that fails in the stacks. The copies that checkov reads stay in scratch."""
    shutil.rmtree(scratch, ignore_errors=True)
    beginnings = {}
    for name, stack in stacks.items():
        text = json.dumps(readable(stack), indent=1)
        beginnings[name] = addresses(text)
        (scratch / name).mkdir(parents=True)
        (scratch / name / "cdk.tf.json").write_text(text)

    results, said = checkov(scratch)
    found, judged = [], set()
    for record in results.get("failed_checks", []) + results.get("passed_checks", []):
        stack = Path(record["file_path"]).parent.name
        judged.add(stack)
        if record["check_result"]["result"] == "FAILED":
            # checkov leaves out the type of most resources, but says where they begin.
            address = beginnings[stack].get(record["file_line_range"][0], record["resource"])
            found.append(Finding(record["check_id"], address, stack, record["check_name"]))
    if unread := sorted(stacks.keys() - judged):
        raise ScanError(f"{said}checkov could not read {', '.join(unread)} in {scratch}")
    return sorted(found)


def readable(stack: Stack) -> Stack:
    """A copy of a stack that checkov can read."""
    stack = json.loads(json.dumps(stack))
    # checkov stops at the only entry of this block that is text.
    stack.get("terraform", {}).pop("required_version", None)
    # To AWS the principal * is the same as AWS: *, to checkov only the latter is everybody.
    for document in stack.get("data", {}).get("aws_iam_policy_document", {}).values():
        for statement in document.get("statement", []):
            for principal in statement.get("principals", []):
                if principal["type"] == "*":
                    principal["type"] = "AWS"
    # checkov reads these rules by the names of aws_security_group_rule.
    for kind in ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"):
        for rule in stack.get("resource", {}).get(kind, {}).values():
            rule["protocol"] = rule["ip_protocol"]
            rule |= {old: [rule[new]] for new, old in RULE_NAMES.items() if rule.get(new)}
            if rule["ip_protocol"] == "-1":
                rule |= {"from_port": 0, "to_port": 65535}
    return stack


def addresses(text: str) -> dict[int, str]:
    """The resources and data sources of a copy, by the lines on which they begin."""
    found, path = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        if opened := re.match(r'( {1,3})"([^"]+)": \{', line):
            depth = len(opened[1])
            path[depth - 1 :] = [opened[2]]
            if depth == 3 and path[0] in ("resource", "data"):
                found[number] = ".".join(path).removeprefix("resource.")
    return found


def checkov(scratch: Path) -> tuple[dict[str, Any], str]:
    """Runs checkov once over all copies, without the network and the user's settings.

    Returns its results by their kind, and what it complained about.
    """
    run = subprocess.run(
        [sys.executable, "-m", "checkov.main", "--directory", ".", "--framework", "terraform_json",
         "--skip-download", "--soft-fail", "--compact", "--output", "json"],
        cwd=scratch,
        # Nothing else: it would take an API key or a list of checks to skip from a variable,
        # and more settings from a file in the home or the working directory.
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(scratch.resolve()),
            "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if run.returncode:
        raise ScanError(f"{run.stderr}checkov ended with {run.returncode}")
    return json.loads(run.stdout).get("results", {}), run.stderr
