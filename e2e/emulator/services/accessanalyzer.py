"""IAM Access Analyzer."""

from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.utils import utcnow

from emulator.registry import Context, Parameters, Refusal, operation


class AnalyzerBackend(BaseBackend):
    """What moto lacks altogether."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.analyzers: dict[str, dict[str, Any]] = {}

    def get(self, name: str) -> dict[str, Any]:
        """The analyzer of the name."""
        if name not in self.analyzers:
            raise Refusal("ResourceNotFoundException", f"There is no analyzer {name}")
        return self.analyzers[name]


backends = BackendDict(AnalyzerBackend, "accessanalyzer")


def _backend(context: Context) -> AnalyzerBackend:
    return backends[context.account][context.region]


@operation("accessanalyzer", "CreateAnalyzer")
def create_analyzer(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto has no Access Analyzer."""
    backend, name = _backend(context), parameters["analyzerName"]
    if name in backend.analyzers:
        raise Refusal("ConflictException", f"There is an analyzer {name} already")
    arn = f"arn:aws:access-analyzer:{context.region}:{context.account}:analyzer/{name}"
    backend.analyzers[name] = {
        "arn": arn,
        "name": name,
        "type": parameters["type"],
        "createdAt": utcnow(),
        "status": "ACTIVE",
        "tags": parameters.get("tags") or {},
    }
    return {"arn": arn}


@operation("accessanalyzer", "GetAnalyzer")
def get_analyzer(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto has no Access Analyzer."""
    return {"analyzer": _backend(context).get(parameters["analyzerName"])}


@operation("accessanalyzer", "ListAnalyzers")
def list_analyzers(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto has no Access Analyzer."""
    return {"analyzers": list(_backend(context).analyzers.values())}


@operation("accessanalyzer", "DeleteAnalyzer")
def delete_analyzer(parameters: Parameters, context: Context) -> dict[str, Any]:
    """moto has no Access Analyzer."""
    backend = _backend(context)
    backend.get(parameters["analyzerName"])
    del backend.analyzers[parameters["analyzerName"]]
    return {}
