"""AWS Identity and Access Management."""

from collections.abc import Callable

from moto.iam.models import IAMBackend, Role

from emulator.guard.linked import LINKED_ROLES
from emulator.registry import Refusal, corrects


@corrects(IAMBackend, "create_service_linked_role")
def create_service_linked_role(
    original: Callable[..., Role],
    backend: IAMBackend,
    service_name: str,
    description: str,
    suffix: str,
) -> Role:
    """moto makes the role's name up from the service's, and not as AWS writes it."""
    name = LINKED_ROLES.get(service_name)
    if name is None:
        raise NotImplementedError(f"guard/linked.py doesn't name the role of {service_name}")
    if any(role.name == name for role in list(backend.roles.values())):
        message = f"Service role name {name} has been taken in this account"
        raise Refusal("InvalidInput", f"{message}, please try a different suffix.")
    role = original(backend, service_name, description, suffix)
    role.name = name
    return role


@corrects(IAMBackend, "delete_service_linked_role")
def delete_service_linked_role(
    original: Callable[..., str], backend: IAMBackend, role_name: str
) -> str:
    """moto's task doesn't tell which role it deletes."""
    _, _, role = backend.get_role(role_name).arn.partition(":role/")
    return f"task/{role}/{original(backend, role_name)}"
