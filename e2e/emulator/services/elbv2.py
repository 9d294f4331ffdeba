"""Elastic Load Balancing."""

from collections.abc import Callable
from typing import Any

from moto.elbv2.responses import ELBV2Response

from emulator.registry import corrects


@corrects(ELBV2Response, "create_load_balancer")
def create_load_balancer(original: Callable[..., Any], response: ELBV2Response) -> Any:
    """moto leaves the scheme empty when none is asked for; AWS makes it internet-facing."""
    response.params.setdefault("Scheme", "internet-facing")
    return original(response)
