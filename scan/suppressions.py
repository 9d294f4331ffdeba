"""Which findings may be, and why: scan/suppressions.yaml."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import yaml

from scan.findings import Finding

FILE = "scan/suppressions.yaml"
KEYS = ("checks", "resources", "reason")
FORM = "an entry has checks, resources and a reason"
FEWEST_WORDS = 8
# The type of a resource is always said: a check belongs to a few types.
RESOURCES = re.compile(r"[\w*-]+/(data\.)?\w+\.[\w*-]+")


@dataclass(frozen=True)
class Suppression:
    """Lets one check fail on the resources that a pattern, STACK/ADDRESS, names."""

    check: str
    resources: str
    line: int

    def covers(self, finding: Finding) -> bool:
        """Whether it is this finding that may be."""
        name = f"{finding.stack}/{finding.address}"
        return self.check == finding.check and fnmatchcase(name, self.resources)


@dataclass
class Suppressions:
    """What the file says, and what is wrong with it, each with its line."""

    entries: list[Suppression] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def judge(self, found: Iterable[Finding]) -> list[Finding]:
        """The findings that may not be. What suppresses nothing, or again, is a problem."""
        used, rest = set(), []
        for finding in found:
            covering = [s for s in self.entries if s.covers(finding)]
            used.update(covering)
            if not covering:
                rest.append(finding)
            for s in covering[1:]:
                first = f"suppressed in line {covering[0].line} already: take one of them out"
                self.problem(s.line, f"{s.check} on {finding.address} is {first}")
        for s in self.entries:
            if s not in used:
                self.problem(s.line, f"{s.check} does not fail on {s.resources}: take it out")
        self.problems = list(dict.fromkeys(self.problems))
        return rest

    def problem(self, where: yaml.Node | int, what: str) -> None:
        """Notes a problem."""
        line = where if isinstance(where, int) else where.start_mark.line + 1
        self.problems.append(f"{FILE}:{line}: {what}")


def load(text: str) -> Suppressions:
    """Reads the file."""
    into = Suppressions()
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        into.problem(error.problem_mark.line + 1, f"is not YAML: {error.problem}")
        return into
    if isinstance(root, yaml.SequenceNode):
        for entry in root.value:
            add(entry, into)
    elif root:
        into.problem(root, "must be a list of entries")
    return into


def add(entry: yaml.Node, into: Suppressions) -> None:
    """Reads an entry: it suppresses every check that it names on every resource that it names."""
    if not isinstance(entry, yaml.MappingNode):
        into.problem(entry, FORM)
        return
    fields: dict[str, yaml.Node] = {}
    for key, value in entry.value:
        if key.value not in KEYS:
            into.problem(key, f"unknown key {key.value}: {FORM}")
        elif key.value in fields:
            into.problem(key, f"{key.value} is there twice")
        else:
            fields[key.value] = value
    for key in KEYS:
        if key not in fields:
            into.problem(entry, f"{key} is missing: {FORM}")

    reason = fields.get("reason")
    if reason and (not isinstance(reason.value, str) or len(reason.value.split()) < FEWEST_WORDS):
        into.problem(reason, "say in a sentence why it is right as it is")
    checks = list(texts("checks", fields, into))
    for resource in texts("resources", fields, into):
        if not RESOURCES.fullmatch(resource.value):
            example = "STACK/ADDRESS, as *-networking/aws_lb.load_balancer"
            into.problem(resource, f"{resource.value} must be {example}")
            continue
        line = resource.start_mark.line + 1
        into.entries += [Suppression(check.value, resource.value, line) for check in checks]


def texts(key: str, fields: dict[str, yaml.Node], into: Suppressions) -> Iterable[yaml.ScalarNode]:
    """The items of a list of text."""
    node = fields.get(key)
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if node and not (items and all(isinstance(item, yaml.ScalarNode) for item in items)):
        into.problem(node, f"{key} must be a list of text")
        return []
    return items
