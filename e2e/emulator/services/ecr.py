"""Amazon ECR."""

import hashlib
from collections.abc import Callable
from typing import Any

from moto.core.utils import utcnow
from moto.ecr.exceptions import ImageAlreadyExistsException
from moto.ecr.models import ECRBackend, Image, ecr_backends

from emulator.registry import Context, Parameters, Refusal, corrects, operation


def kept(kind: str, context: Context) -> dict[str, Any]:
    """What is kept of a kind beside moto's repositories, and goes when moto is reset."""
    backend = ecr_backends[context.account][context.region]
    there: dict[str, Any] = vars(backend).setdefault(kind, {})
    return there


def chosen(there: dict[str, Any], names: list[str], missing: Refusal | None) -> list[Any]:
    """Those of the names, all without any; AWS leaves out what isn't there, or refuses."""
    if missing and not set(names) <= there.keys():
        raise missing
    return [one for name, one in there.items() if not names or name in names]


def no_rule(prefix: str) -> Refusal:
    """There is no such rule."""
    message = f"The pull through cache rule with repository prefix '{prefix}' does not exist"
    return Refusal("PullThroughCacheRuleNotFoundException", message)


@operation("ecr", "CreatePullThroughCacheRule")
def create_pull_through_cache_rule(parameters: Parameters, context: Context) -> Any:
    """moto knows no pull-through cache."""
    rules, prefix = kept("cache_rules", context), parameters["ecrRepositoryPrefix"]
    if prefix in rules:
        message = f"A pull through cache rule with repository prefix '{prefix}' already exists"
        raise Refusal("PullThroughCacheRuleAlreadyExistsException", message)
    rules[prefix] = {**parameters, "registryId": context.account, "createdAt": utcnow()}
    return rules[prefix]


@operation("ecr", "DescribePullThroughCacheRules")
def describe_pull_through_cache_rules(parameters: Parameters, context: Context) -> Any:
    """moto knows no pull-through cache."""
    prefixes = parameters.get("ecrRepositoryPrefixes") or []
    missing = no_rule(", ".join(prefixes))
    return {"pullThroughCacheRules": chosen(kept("cache_rules", context), prefixes, missing)}


@operation("ecr", "DeletePullThroughCacheRule")
def delete_pull_through_cache_rule(parameters: Parameters, context: Context) -> Any:
    """moto knows no pull-through cache."""
    rules, prefix = kept("cache_rules", context), parameters["ecrRepositoryPrefix"]
    if prefix not in rules:
        raise no_rule(prefix)
    return rules.pop(prefix)


@operation("ecr", "CreateRepositoryCreationTemplate")
def create_repository_creation_template(parameters: Parameters, context: Context) -> Any:
    """moto knows no templates for repositories."""
    templates, prefix = kept("creation_templates", context), parameters["prefix"]
    if prefix in templates:
        message = f"A template with prefix '{prefix}' already exists"
        raise Refusal("TemplateAlreadyExistsException", message)
    templates[prefix] = {**parameters, "createdAt": utcnow(), "updatedAt": utcnow()}
    return {"registryId": context.account, "repositoryCreationTemplate": templates[prefix]}


@operation("ecr", "DescribeRepositoryCreationTemplates")
def describe_repository_creation_templates(parameters: Parameters, context: Context) -> Any:
    """moto knows no templates for repositories."""
    templates = kept("creation_templates", context)
    found = chosen(templates, parameters.get("prefixes") or [], None)
    return {"registryId": context.account, "repositoryCreationTemplates": found}


@operation("ecr", "DeleteRepositoryCreationTemplate")
def delete_repository_creation_template(parameters: Parameters, context: Context) -> Any:
    """moto knows no templates for repositories."""
    templates, prefix = kept("creation_templates", context), parameters["prefix"]
    if prefix not in templates:
        message = f"The template with prefix '{prefix}' does not exist"
        raise Refusal("TemplateNotFoundException", message)
    return {"registryId": context.account, "repositoryCreationTemplate": templates.pop(prefix)}


@operation("ecr", "GetDownloadUrlForLayer")
def get_download_url_for_layer(parameters: Parameters, context: Context) -> Any:
    """moto can't tell where a layer lies. Nothing answers at this address."""
    backend, digest = ecr_backends[context.account][context.region], parameters["layerDigest"]
    repository = backend._get_repository(parameters["repositoryName"], parameters.get("registryId"))
    if digest not in repository.layers:
        message = f"The layer with digest '{digest}' does not exist in the repository"
        raise Refusal("LayersNotFoundException", message)
    host = f"prod-{context.region}-starport-layer-bucket.s3.{context.region}.amazonaws.com"
    return {"layerDigest": digest, "downloadUrl": f"https://{host}/{digest}"}


@corrects(ECRBackend, "put_image")
def put_image(
    original: Callable[..., Image],
    backend: ECRBackend,
    repository_name: str,
    image_manifest: str,
    image_tag: str,
    *more: Any,
) -> Image:
    """moto says that the image is there already when only its tag is, on another image."""
    try:
        return original(backend, repository_name, image_manifest, image_tag, *more)
    except ImageAlreadyExistsException:
        images = backend.repositories[repository_name].images
        if any(one.image_manifest == image_manifest for one in images):
            raise
        message = (
            f"The image tag '{image_tag}' already exists in the '{repository_name}' repository "
            "and cannot be overwritten because the repository is immutable."
        )
        raise Refusal("ImageTagAlreadyExistsException", message) from None


@corrects(Image, "_create_digest")
def create_digest(original: Callable[..., None], image: Image) -> None:
    """moto makes an image's digest of its layers' names; it is the manifest's hash."""
    digest = hashlib.sha256(image.image_manifest.encode()).hexdigest()
    image._image_digest = f"sha256:{digest}"
