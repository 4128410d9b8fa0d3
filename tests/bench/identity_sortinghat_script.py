"""Run by the Python that has SortingHat, as a script: which identities it would merge.

Standard input: {"identities": [...], "criteria": [...]}, each identity with uuid, name,
email, username, source. Standard output: pairs of uuids as JSON. What is called is its
own matching (core/recommendations/matching.py) in its default, strict way; the database
behind it, which a bench does not need, is replaced by empty names.
"""

import importlib.util
import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

PACKAGE = "sortinghat.core"


def matching() -> ModuleType:
    """Its module, loaded by its file: the package itself asks for a database server."""
    folder = next(
        path / "sortinghat" / "core" / "recommendations"
        for path in map(Path, sys.path)
        if (path / "sortinghat").is_dir()
    )
    empty = {
        f"{PACKAGE}.db": {"find_individual_by_uuid": None},
        f"{PACKAGE}.errors": {"NotFoundError": KeyError},
        f"{PACKAGE}.models": {
            "Identity": None,
            "MIN_PERIOD_DATE": datetime(1900, 1, 1, tzinfo=UTC),
        },
        f"{PACKAGE}.recommendations.exclusion": {
            "fetch_recommender_exclusion_list": list  # nobody has filled it yet
        },
    }
    for name in ("sortinghat", PACKAGE, f"{PACKAGE}.recommendations", *empty):
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = []
        vars(sys.modules[name]).update(empty.get(name, {}))
    name = f"{PACKAGE}.recommendations.matching"
    spec = importlib.util.spec_from_file_location(name, folder / "matching.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.model_to_dict = dict  # ours are dicts already, not rows of its database
    return module


def main() -> None:
    """Reads the plan and prints the pairs."""
    logging.disable(logging.CRITICAL)
    plan = json.load(sys.stdin)
    rows = [{**row, "individual": row["uuid"]} for row in plan["identities"]]
    found = matching()._find_matches(
        rows, rows, plan["criteria"], exclude=True, verbose=False, strict=True
    )
    pairs = [(one, other) for one, others in found.items() for other in others]
    print(json.dumps([pair for pair in pairs if pair[0] < pair[1]]))


if __name__ == "__main__":
    main()
