"""Amazon EC2, which is also the VPC."""

from collections.abc import Callable
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpcs import VPC
from moto.ec2.responses.network_acls import NetworkACLs

from emulator.registry import corrects


@corrects(NetworkACLs, "create_network_acl_entry")
def create_network_acl_entry(original: Callable[..., Any], response: NetworkACLs) -> Any:
    """moto looks for ICMP's type and code under a name that its own parser doesn't use."""
    response.params["Icmp"] = response.params.get("IcmpTypeCode") or {}
    return original(response)


@corrects(EC2Backend, "delete_vpc")
def delete_vpc(original: Callable[..., VPC], backend: EC2Backend, vpc_id: str) -> VPC:
    """moto keeps the network ACL that came with the VPC."""
    vpc = original(backend, vpc_id)
    for acl in list(backend.network_acls.values()):
        if acl.vpc_id == vpc_id:
            del backend.network_acls[acl.id]
    return vpc


@corrects(EC2Backend, "delete_nat_gateway")
def delete_nat_gateway(
    original: Callable[..., NatGateway], backend: EC2Backend, nat_gateway_id: str
) -> NatGateway:
    """moto keeps the gateway's network interface."""
    gateway = original(backend, nat_gateway_id)
    backend.delete_network_interface(gateway._eni.id)
    return gateway


@corrects(SecurityGroupRule, "__init__")
def new_rule(
    original: Callable[..., None], rule: SecurityGroupRule, *values: Any, **more: Any
) -> None:
    """moto forgets what a rule about a prefix list is for."""
    original(rule, *values, **more)
    about = [value for value in values if isinstance(value, dict) and "Description" in value]
    vars(rule)["purpose"] = about[0]["Description"] if about else None


@corrects(SecurityGroupRule, "description")
def description(original: Callable[..., str | None], rule: SecurityGroupRule) -> str | None:
    """moto says only of a rule about addresses what it is for."""
    return original(rule) or vars(rule)["purpose"]
