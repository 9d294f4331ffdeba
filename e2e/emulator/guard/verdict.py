"""Whether policies allow what is asked, and what AWS says when they don't.

The order is AWS's:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
"""

from dataclasses import dataclass

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext, EvalResult

from emulator.guard import policies, principals, state
from emulator.guard.calls import Call
from emulator.guard.checks import Check, context
from emulator.guard.policies import TRUST, Statements
from emulator.guard.principals import Principal

IDENTITY = "identity-based policy"
RESOURCE = "resource-based policy"


@dataclass(frozen=True)
class Verdict:
    """The answer."""

    allowed: bool
    statements: tuple[str, ...] = ()
    """Those that allowed it, as <policy>/<Sid>."""
    message: str = ""
    """What AWS says to a refusal."""


def judge(call: Call, principal: Principal, check: Check) -> Verdict:
    """Whether it is allowed."""
    if check.by:
        principal = principals.service(check.by)
    asked = EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.kind,
        principal_account=call.account,
        action=check.action,
        resource_arn=check.resource.arn,
        region=check.region or call.region,
        source_ip=call.source,
        secure_transport=call.secure,
        service_context=context(call, principal, check),
    )
    its, document = RESOURCE, None
    if check.action == "sts:AssumeRole":
        its, document = TRUST, policies.trust(check.resource.arn, call.account)
    elif text := state.resource_policy(check.resource.arn, call.account):
        document = policies.document(its, text)
    if check.by:
        named = policies.naming(document, "Service", check.by) if document else []
        return _service(check, iam_evaluator.evaluate(asked, [named]))

    results = {IDENTITY: iam_evaluator.evaluate(asked, principal.policies)}
    for name, limit in principal.limits.items():
        results[name] = iam_evaluator.evaluate(asked, limit)
    if document:
        results[its] = iam_evaluator.evaluate_resource_policy(document, asked)
    for name, result in results.items():
        if result.decision == "Deny":
            return _refused(principal, check, f"with an explicit deny in {_article(name)} {name}")

    limits = tuple(principal.limits.values())
    identity = iam_evaluator.evaluate(asked, principal.policies, *limits)
    # A key's policy and a role's trust have to allow whatever else does.
    required = document is not None and check.action.startswith(("kms:", "sts:"))
    combined = identity
    if document:
        combined = iam_evaluator.combine_resource_policy(
            identity, asked, document, call.account, required=required, limits=limits
        )
    if combined.decision == "Allow":
        mine = _allowing(asked, principal.policies)
        return Verdict(True, _statements(results, combined, mine, needs_resource=required))
    silent = [name for name, result in results.items() if result.decision != "Allow"]
    if not required:
        silent = [name for name in silent if name != its]
    reason = f"because no {silent[0]} allows the {check.action} action"
    return _refused(principal, check, reason)


def _statements(
    results: dict[str, EvalResult],
    combined: EvalResult,
    mine: tuple[str, ...],
    *,
    needs_resource: bool,
) -> tuple[str, ...]:
    """Those of which one at least in each policy is needed."""
    if not mine:
        # The resource's policy alone was enough.
        return (combined.matched_sid,)
    others = (
        result.matched_sid
        for name, result in results.items()
        if name != IDENTITY and result.decision == "Allow" and (name != RESOURCE or needs_resource)
    )
    return (*mine, *others)


def _allowing(asked: EvalContext, held: list[Statements]) -> tuple[str, ...]:
    """All that allow it of whoever asks. Which one of them comes first is chance."""
    return tuple(
        one.sid
        for policy in held
        for one in policy
        if one.effect == "Allow" and iam_evaluator.evaluate(asked, [[one]]).decision == "Allow"
    )


def _service(check: Check, result: EvalResult) -> Verdict:
    if result.decision == "Allow":
        return Verdict(True, (result.matched_sid,))
    return Verdict(False, message=check.message)


def _refused(principal: Principal, check: Check, reason: str) -> Verdict:
    arn = check.resource.arn
    if check.action.startswith("s3:"):
        arn = f'"{arn}"'
    message = f"User: {principal.arn} is not authorized to perform: {check.action}"
    return Verdict(False, message=f"{message} on resource: {arn} {reason}")


def _article(noun: str) -> str:
    if noun == TRUST:
        return "the"
    return "an" if noun[0] in "aeiou" else "a"
