"""Amazon EC2, which is also the VPC."""

from collections.abc import Callable
from typing import Any

from moto.ec2.responses.network_acls import NetworkACLs

from emulator.registry import corrects


@corrects(NetworkACLs, "create_network_acl_entry")
def create_network_acl_entry(original: Callable[..., Any], response: NetworkACLs) -> Any:
    """moto looks for ICMP's type and code under a name that its own parser doesn't use."""
    response.params["Icmp"] = response.params.get("IcmpTypeCode") or {}
    return original(response)
