"""What AWS says to credentials that it doesn't know, in each service's own words."""

from typing import TYPE_CHECKING

from emulator.guard.principals import BAD_TOKEN, EXPIRED, INVALID, MISSING
from emulator.refusal import protocol, refusal

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

S3 = {
    INVALID: (
        403,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
    ),
    BAD_TOKEN: (400, "InvalidToken", "The provided token is malformed or otherwise invalid."),
    EXPIRED: (400, "ExpiredToken", "The provided token has expired."),
    MISSING: (403, "AccessDenied", "Access Denied"),
}
EC2 = {
    INVALID: (
        401,
        "AuthFailure",
        "AWS was not able to validate the provided access credentials",
    ),
    EXPIRED: (400, "RequestExpired", "Request has expired."),
}
MESSAGES = {
    INVALID: "The security token included in the request is invalid.",
    BAD_TOKEN: "The security token included in the request is invalid.",
    EXPIRED: "The security token included in the request is expired",
    MISSING: "Request is missing Authentication Token",
}
XML = {
    INVALID: "InvalidClientTokenId",
    BAD_TOKEN: "InvalidClientTokenId",
    EXPIRED: "ExpiredToken",
    MISSING: "MissingAuthenticationToken",
}
JSON = {
    INVALID: "UnrecognizedClientException",
    BAD_TOKEN: "UnrecognizedClientException",
    EXPIRED: "ExpiredTokenException",
    MISSING: "MissingAuthenticationTokenException",
}


def refuse(service: str, reason: str) -> "Response":
    """The service's refusal; a request that names none can only be for S3."""
    if service in {"", "s3"}:
        return refusal("s3", *S3[reason])
    if service == "ec2":
        return refusal("ec2", *EC2.get(reason, EC2[INVALID]))
    json = protocol(service) in {"json", "rest-json"}
    return refusal(service, 403, (JSON if json else XML)[reason], MESSAGES[reason])
