"""AWS Security Hub."""

from collections.abc import Callable
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.securityhub.models import SecurityHubBackend, securityhub_backends

from emulator.registry import Context, Parameters, Refusal, corrects, operation


class HubBackend(BaseBackend):
    """What moto keeps nowhere: how controls are dealt with, and the standards."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.configuration: dict[str, Any] = {}
        self.subscriptions: dict[str, dict[str, Any]] = {}


backends = BackendDict(HubBackend, "securityhub")


def _hub(context: Context) -> HubBackend:
    if not securityhub_backends[context.account][context.region].enabled:
        message = f"Account {context.account} is not subscribed to AWS Security Hub"
        raise Refusal("InvalidAccessException", message)
    return backends[context.account][context.region]


@corrects(SecurityHubBackend, "describe_hub")
def describe_hub(
    original: Callable[..., dict[str, Any]], backend: SecurityHubBackend, **asked: Any
) -> dict[str, Any]:
    """moto answers the same whatever was configured."""
    kept = backends[backend.account_id][backend.region_name]
    return {**original(backend, **asked), **kept.configuration}


@corrects(SecurityHubBackend, "disable_security_hub")
def disable(original: Callable[..., dict[str, Any]], backend: SecurityHubBackend) -> dict[str, Any]:
    """moto has no standards and no configuration that would end with the hub."""
    answer = original(backend)
    backends[backend.account_id][backend.region_name].reset()
    return answer


@operation("securityhub", "UpdateSecurityHubConfiguration")
def configure(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto can't configure a hub that is there."""
    _hub(context).configuration.update(parameters)
    return {}


@operation("securityhub", "BatchEnableStandards")
def enable_standards(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto knows no standards."""
    hub, made = _hub(context), []
    for request in parameters["StandardsSubscriptionRequests"]:
        standard = request["StandardsArn"]
        name = standard.partition("/")[2]
        arn = f"arn:aws:securityhub:{context.region}:{context.account}:subscription/{name}"
        hub.subscriptions[arn] = {
            "StandardsArn": standard,
            "StandardsSubscriptionArn": arn,
            "StandardsInput": request.get("StandardsInput") or {},
            "StandardsStatus": "READY",
        }
        made.append(hub.subscriptions[arn])
    return {"StandardsSubscriptions": made}


@operation("securityhub", "GetEnabledStandards")
def get_standards(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto knows no standards."""
    there = _hub(context).subscriptions
    asked = parameters.get("StandardsSubscriptionArns") or there
    return {"StandardsSubscriptions": [there[arn] for arn in asked if arn in there]}


@operation("securityhub", "BatchDisableStandards")
def disable_standards(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto knows no standards."""
    there = _hub(context).subscriptions
    asked = [arn for arn in parameters["StandardsSubscriptionArns"] if arn in there]
    gone = [{**there.pop(arn), "StandardsStatus": "DELETING"} for arn in asked]
    return {"StandardsSubscriptions": gone}
