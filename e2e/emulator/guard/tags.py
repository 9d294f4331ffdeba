"""The tags that a request sets or takes away, and those of what is there."""

from collections.abc import Callable, Iterator
from typing import Any

from moto.acm.models import acm_backends
from moto.dynamodb.models import dynamodb_backends
from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.elbv2.models import elbv2_backends
from moto.guardduty.models import guardduty_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.wafv2.models import wafv2_backends

from emulator.guard import state
from emulator.guard.calls import Call
from emulator.services import accessanalyzer


def requested(call: Call) -> dict[str, str]:
    """The tags that a request sets."""
    found: dict[str, str] = {}
    for given in _parameters(call):
        if isinstance(given, dict):
            found |= {str(key): str(value) for key, value in given.items()}
            continue
        for tag in given:
            plain = {name.lower().removeprefix("tag"): value for name, value in tag.items()}
            found[str(plain["key"])] = str(plain.get("value", ""))
    return found


def _parameters(call: Call) -> Iterator[Any]:
    for name in ("Tags", "tags", "AddTags"):
        if call.parameters.get(name):
            yield call.parameters[name]
    for specification in call.parameters.get("TagSpecifications", []):
        yield specification.get("Tags", [])


def removed(call: Call) -> list[str]:
    """The keys of the tags that a request takes away."""
    names = ("TagKeys", "tagKeys", "RemoveTagKeys")
    return [key for name in names for key in call.values(name)]


def there(arn: str, account: str) -> dict[str, str]:
    """The tags of a resource, none of one that isn't there."""
    service, region, name = state.parts(arn)
    read = TAGS.get(service)
    return read(account, region, arn, name) if read else {}


def _by_arn(backends: Any, tagger: str) -> Callable[..., dict[str, str]]:
    """Reads the tags that moto keeps by the resource's ARN."""

    def read(account: str, region: str, arn: str, name: str) -> dict[str, str]:
        found: dict[str, str] = getattr(
            backends[account][region], tagger
        ).get_tag_dict_for_resource(arn)
        return found

    return read


def _access_analyzer(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    there = accessanalyzer.backends[account][region].analyzers
    analyzer = there.get(name.partition("/")[2])
    return dict(analyzer["tags"]) if analyzer else {}


def _acm(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    certificate = acm_backends[account][region]._certificates.get(arn)
    return {key: value or "" for key, value in certificate.tags.items()} if certificate else {}


def _dynamodb(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    table = dynamodb_backends[account][region].tables.get(name.split("/")[1])
    return _pairs(table.tags) if table else {}


def _ec2(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    return dict(ec2_backends[account][region].tags.get(name.partition("/")[2], {}))


def _guardduty(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    detector = guardduty_backends[account][region].detectors.get(name.partition("/")[2])
    return dict(detector.tags) if detector else {}


def _iam(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    backend = iam_backends[account]["aws"]
    everything: list[Any] = [
        *backend.roles.values(),
        *backend.users.values(),
        *backend.instance_profiles.values(),
    ]
    for found in everything:
        if found.arn == arn:
            return _pairs(found.tags or [])
    for other in [*backend.managed_policies.values(), *backend.open_id_providers.values()]:
        if other.arn == arn:
            return _pairs(other.tags.values())
    return {}


def _kms(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    found: dict[str, str] = kms_backends[account][region].tagger.get_tag_dict_for_resource(
        name.partition("/")[2]
    )
    return found


def _logs(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    plain = arn.removesuffix(":log-stream:")
    return _by_arn(logs_backends, "tagger")(account, region, plain, name)


def _secretsmanager(account: str, region: str, arn: str, name: str) -> dict[str, str]:
    found = state.secret(arn, region, account)
    return _pairs(found.tags or []) if found else {}


def _pairs(listed: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in listed}


# Buckets aren't among them: their tags count only where that was turned on, which nothing does:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging.html
TAGS: dict[str, Callable[..., dict[str, str]]] = {
    "access-analyzer": _access_analyzer,
    "acm": _acm,
    "dynamodb": _dynamodb,
    "ec2": _ec2,
    "ecr": _by_arn(ecr_backends, "tagger"),
    "elasticloadbalancing": _by_arn(elbv2_backends, "tagging_service"),
    "guardduty": _guardduty,
    "iam": _iam,
    "kms": _kms,
    "logs": _logs,
    "secretsmanager": _secretsmanager,
    "wafv2": _by_arn(wafv2_backends, "tagging_service"),
}
