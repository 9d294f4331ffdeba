"""What a call is authorized on: the ARNs of what it touches, and of what it is about to make.

AWS lets a call through when it may be done to every one of them.
"""

from collections.abc import Iterator

from emulator.guard import reference
from emulator.guard.calls import Call
from emulator.guard.readers import READERS
from emulator.guard.reference import Kind
from emulator.guard.resource import EVERYTHING, Resource, given

NAMES: dict[str, tuple[str, ...]] = {
    "access-analyzer:Analyzer": ("analyzerName",),
    "config:ConfigurationRecorder": ("ConfigurationRecorder.name", "ConfigurationRecorderName"),
    "dynamodb:table": ("TableName",),
    "ecr:repository": ("repositoryName", "repositoryNames"),
    "guardduty:detector": ("DetectorId",),
    "route53:change": ("Id",),
    "route53:hostedzone": ("HostedZoneId", "Id", "ResourceId"),
}
"""The parameters that name a resource, by service and resource type."""


def of(call: Call) -> list[Resource]:
    """What the call is authorized on, "*" where AWS looks at no resource."""
    action = reference.action(call.action)
    if action is None or not action.kinds:
        return unlisted(call.action, call)
    read = READERS.get(call.namespace, _named)
    found = {resource.arn: resource for resource in read(call, action.kinds)}
    # A call that says of none which one it means is for all of them.
    return list(found.values()) or [_any(call, action.kinds[0])]


def unlisted(action: str, call: Call) -> list[Resource]:
    """What an action is authorized on for which the reference names no resource type.

    That is "*", but for one: refusals to look for log groups name this resource.
    """
    if action == "logs:DescribeLogGroups":
        return [Resource(f"arn:aws:logs:{call.region}:{call.account}:log-group::log-stream:")]
    return [EVERYTHING]


def _any(call: Call, kind: Kind) -> Resource:
    return Resource(kind.arn(call.region, call.account), kind)


def _named(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """What parameters name by its ARN or, as NAMES says, by its name, and what is there once."""
    yield from given(call, kinds)
    new = call.operation.startswith("Create")
    for kind in kinds:
        if not kind.variables:
            yield _any(call, kind)
        for parameter in NAMES.get(f"{call.namespace}:{kind.name}", ()):
            for name in call.values(parameter):
                if name not in call.arns:
                    arn = kind.arn(call.region, call.account, **{kind.variables[0]: name})
                    yield Resource(arn, kind, new)
