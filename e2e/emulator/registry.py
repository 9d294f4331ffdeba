"""Where a service's module says what it adds to moto and what it corrects.

Both are counted, so that a test can tell which ones nothing needs any more.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.core.exceptions import ServiceException

Parameters = dict[str, Any]
Operation = Callable[[Parameters, "Context"], Any]


class Context:
    """What an operation knows of the request besides its parameters."""

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region


class Refusal(ServiceException):
    """What an operation raises to refuse: an error code of the service's, and a message.

    A class of our own, since moto guesses the service from the module of the class.
    """


operations: dict[tuple[str, str], Operation] = {}
"""By service and operation, both as the AWS SDK for Python names them."""

uses: dict[str, int] = {}
"""How often each addition and each correction was called, by its name."""


def operation(service: str, name: str) -> Callable[[Operation], Operation]:
    """Registers an operation that moto lacks, from its parameters to its result.

    Both have the names and types of the AWS SDK for Python; parsing and writing them
    is moto's business.
    """

    def register(function: Operation) -> Operation:
        label = _label(f"{service}:{name}", function)

        @wraps(function)
        def counted(parameters: Parameters, context: Context) -> Any:
            uses[label] += 1
            return function(parameters, context)

        operations[service, name] = counted
        return counted

    return register


def corrects(owner: type, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Replaces a method or a property of moto's by the function, which gets the original first.

    The function's docstring says what moto gets wrong.
    """
    found = getattr(owner, name, None)
    if found is None:
        raise TypeError(f"moto's {owner.__qualname__} has no {name} any more")
    original = found.fget if isinstance(found, property) else found

    def replace(function: Callable[..., Any]) -> Callable[..., Any]:
        label = _label(f"{owner.__module__}.{owner.__qualname__}.{name}", function)

        @wraps(original)
        def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
            uses[label] += 1
            return function(original, self, *args, **kwargs)

        setattr(owner, name, property(counted) if isinstance(found, property) else counted)
        return function

    return replace


def _label(label: str, function: Callable[..., Any]) -> str:
    if not function.__doc__:
        raise TypeError(f"{label}: the docstring must say what moto lacks or gets wrong")
    if label in uses:
        raise TypeError(f"{label} is there twice")
    uses[label] = 0
    return label
