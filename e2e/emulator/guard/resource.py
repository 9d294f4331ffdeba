"""Something that a call is authorized on."""

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.guard.calls import Call
from emulator.guard.reference import Kind


@dataclass(frozen=True)
class Resource:
    """One that a policy can name."""

    arn: str
    kind: Kind | None = None
    """None for *, and where the service's condition keys don't depend on it."""
    new: bool = False
    """Whether it is about to be made, so that it has no id and no tags of its own yet."""


EVERYTHING = Resource("*")


def given(call: Call, kinds: tuple[Kind, ...]) -> Iterator[Resource]:
    """What parameters name by its ARN."""
    for arn in call.arns:
        for kind in kinds:
            if kind.matches(arn):
                yield Resource(arn, kind)
                break
