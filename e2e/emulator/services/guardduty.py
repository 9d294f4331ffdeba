"""Amazon GuardDuty."""

from collections.abc import Callable
from typing import Any

from moto.core.utils import unix_time
from moto.guardduty.exceptions import DetectorNotFoundException
from moto.guardduty.models import Detector, GuardDutyBackend

from emulator.registry import corrects

FEATURES = [
    {"name": name, "status": "ENABLED"}
    for name in (
        "CLOUD_TRAIL",
        "DNS_LOGS",
        "FLOW_LOGS",
        "S3_DATA_EVENTS",
        "EKS_AUDIT_LOGS",
        "EBS_MALWARE_PROTECTION",
        "RDS_LOGIN_EVENTS",
        "LAMBDA_NETWORK_LOGS",
    )
]
"""What a new detector does until it is told otherwise:
https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html
"""


@corrects(Detector, "__init__")
def new(original: Callable[..., None], detector: Detector, **given: Any) -> None:
    """moto gives a detector the features alone that are asked for."""
    asked = given.pop("features") or []
    original(detector, **given, features=[])
    detector.update(given["enabled"], None, None, [*FEATURES, *asked])  # type: ignore[arg-type]


@corrects(Detector, "update")
def update(
    original: Callable[..., None],
    detector: Detector,
    enable: bool | None,
    frequency: str | None,
    sources: dict[str, Any] | None,
    features: list[dict[str, Any]] | None,
) -> None:
    """moto takes the features that are changed for all that there are."""
    there = {feature["name"]: feature for feature in detector.features}
    for feature in features or []:
        there[feature["name"]] = {**feature, "updatedAt": unix_time()}
    original(detector, enable, frequency, sources, list(there.values()))


@corrects(GuardDutyBackend, "delete_detector")
def delete_detector(
    original: Callable[..., None], backend: GuardDutyBackend, detector_id: str
) -> None:
    """moto deletes a detector that isn't there."""
    if detector_id not in backend.detectors:
        raise DetectorNotFoundException
    original(backend, detector_id)
