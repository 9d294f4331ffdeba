"""AWS Key Management Service."""

from collections.abc import Callable

from moto.kms.models import KmsBackend

from emulator.registry import corrects


@corrects(KmsBackend, "_generate_default_keys")
def generate_default_keys(
    original: Callable[..., str | None], backend: KmsBackend, alias: str
) -> str | None:
    """moto takes the keys that AWS makes behind alias/aws/ for the customer's own."""
    key = original(backend, alias)
    if key:
        backend.keys[key].key_manager = "AWS"
    return key
