"""What the project adds to moto or corrects, a module a service."""

import importlib
import pkgutil


def load() -> None:
    """Imports every module here, which is how its additions and corrections come to be."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
