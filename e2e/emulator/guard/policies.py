"""Policy documents as ministack's evaluator reads them, with a name for each statement."""

import json
from functools import cache
from typing import Any

from ministack.core import iam_evaluator

from emulator.unserved import note

Statements = list[iam_evaluator.ParsedStatement]
Document = dict[str, Any]

PRINCIPAL_ARN = "guard:principalarn"
"""Stands for aws:PrincipalArn, which of a role's session is the role. ministack takes the session:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

EMPTY = '{"Statement": []}'
"""A policy that says nothing."""


@cache
def document(name: str, text: str) -> Document:
    """The policy, whose statements are called <name>/<Sid>, or <name>/<number> without a Sid."""
    policy: Document = json.loads(text)
    statements = policy["Statement"]
    if isinstance(statements, dict):
        statements = [statements]
    for number, statement in enumerate(statements, 1):
        statement["Sid"] = f"{name}/{statement.get('Sid') or number}"
        statement["Condition"] = {
            operator: {
                PRINCIPAL_ARN if key.lower() == "aws:principalarn" else key: values
                for key, values in keys.items()
            }
            for operator, keys in statement.get("Condition", {}).items()
        }
        if "${" in json.dumps(statement):
            note(f"the guard doesn't fill in the variables of {statement['Sid']}")
        if "NotPrincipal" in statement:
            note(f"the guard doesn't judge by NotPrincipal, as {statement['Sid']} does")
    return {"Statement": statements}


@cache
def statements(name: str, text: str) -> Statements:
    """The policy's statements."""
    parsed: Statements = iam_evaluator.parse_policy_document(document(name, text))
    return parsed


def naming(policy: Document, kind: str, principal: str) -> Statements:
    """The statements for a service or a federation, which is of the kind of principal."""
    found = []
    for statement in policy["Statement"]:
        named = statement.get("Principal", {})
        values = named.get(kind, []) if isinstance(named, dict) else []
        if named == "*" or principal in ([values] if isinstance(values, str) else values):
            found.append(statement)
    parsed: Statements = iam_evaluator.parse_policy_document({"Statement": found})
    return parsed
