"""AWS Certificate Manager."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from moto.acm.models import CertBundle
from moto.acm.responses import AWSCertificateManagerResponse
from moto.core.responses import ActionResult
from moto.route53.models import route53_backends

from emulator.registry import corrects

CURVES = {"EC_prime256v1": ec.SECP256R1, "EC_secp384r1": ec.SECP384R1}


@corrects(AWSCertificateManagerResponse, "request_certificate")
def request_certificate(
    original: Callable[..., Any], response: AWSCertificateManagerResponse
) -> ActionResult:
    """moto makes an RSA key whatever was asked for, and tells the algorithm from the key."""
    result: ActionResult = original(response)
    curve = CURVES.get(response._get_param("KeyAlgorithm"))
    if curve:
        arn = result.result["CertificateArn"]
        response.acm_backend.get_certificate(arn)._key = ec.generate_private_key(curve())
    return result


@corrects(CertBundle, "check")
def check(original: Callable[..., Any], certificate: CertBundle) -> None:
    """moto issues a certificate after a minute; AWS does when it finds the proofs in the DNS."""
    if certificate.status != "PENDING_VALIDATION":
        return
    options = certificate.describe()["Certificate"]["DomainValidationOptions"]
    wanted = {option["ResourceRecord"]["Name"].rstrip(".") for option in options}
    account = certificate.arn.split(":")[4]
    there = {
        record.name.rstrip(".")
        for zone in route53_backends[account]["aws"].zones.values()
        for record in zone.rrsets
    }
    if wanted <= there:
        certificate.status = "ISSUED"
