"""Scans cdktf.out: `make scan`."""

import json
import sys
from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

from scan.findings import Finding, ScanError, findings
from scan.suppressions import FILE, load

RENDERED = Path("cdktf.out/stacks")
SCRATCH = Path(".tools/scan")


def main() -> int:
    """Says all that is wrong at once, and returns the exit code."""
    stacks = {p.parent.name: json.loads(p.read_text()) for p in RENDERED.glob("*/cdk.tf.json")}
    if not stacks:
        sys.stderr.write(f"there is nothing to scan in {RENDERED}: run make synth\n")
        return 1
    suppressions = load(Path(FILE).read_text())
    try:
        found = findings(stacks, SCRATCH)
    except ScanError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    rest = suppressions.judge(found)
    if rest or suppressions.problems:
        sys.stderr.writelines(f"{block}\n\n" for block in blocks(rest))
        sys.stderr.writelines(f"{problem}\n" for problem in suppressions.problems)
        return 1
    print(f"{len(stacks)} stacks scanned; the {len(found)} findings are right as they are: {FILE}")
    return 0


def blocks(rest: Iterable[Finding]) -> Iterable[str]:
    """A paragraph for each finding; it names all the stacks that it is in."""
    for (check, address), group in groupby(sorted(rest), lambda f: (f.check, f.address)):
        same = list(group)
        layers = sorted({f"stacks/{f.stack.rpartition('-')[2]}.go" for f in same})
        yield (
            f"{', '.join(f.stack for f in same)}: {address}\n"
            f"  {check}: {same[0].title}\n"
            f"  {source(check)}\n"
            f"  Mend it where {' and '.join(layers)} makes it and run make synth, or, if it is"
            f" right as it is, say why in {FILE}."
        )


def source(check: str) -> str:
    """Where checkov's own code says what the check looks at; offline it knows no other page."""
    for package in find_spec("checkov").submodule_search_locations:
        for file in sorted(Path(package, "terraform", "checks").rglob("*")):
            if file.suffix in (".py", ".yaml", ".json") and f'"{check}"' in file.read_text():
                path = file.relative_to(Path(package).parent).as_posix()
                return f"https://github.com/bridgecrewio/checkov/blob/{version('checkov')}/{path}"
    return "https://www.checkov.io/5.Policy%20Index/terraform.html"


sys.exit(main())
