"""The dbt project read once for all data folders of a process.

dbt keeps what it read in the target folder, for that folder: its paths are in it. Put
into another folder with that folder's paths, it spares five seconds. What does not fit
any more dbt reads again, as it does after an upgrade.
"""

from functools import cache
from pathlib import Path
from pprint import pformat
from tempfile import TemporaryDirectory
from typing import Any

from dbt.adapters.factory import get_adapter_by_type
from dbt.constants import PARTIAL_PARSE_FILE_NAME
from dbt.contracts.files import FileHash
from dbt.parser.manifest import (
    extended_mashumaro_encoder as packed,
)
from dbt.parser.manifest import (
    extended_mashumuro_decoder as unpacked,
)

from pipelines import dbt
from pipelines.workspace import Workspace


def plant(workspace: Workspace) -> None:
    """Puts the project as dbt keeps it into a data folder that has no build yet."""
    kept, connection, read_in = _read_once()
    paths = (read_in, str(workspace.data))
    project = _moved(unpacked(kept), *paths)
    project["state_check"]["profile_hash"] = _hashed(connection.replace(*paths))
    workspace.dbt_target.mkdir(parents=True, exist_ok=True)
    file = workspace.dbt_target / PARTIAL_PARSE_FILE_NAME
    file.write_bytes(packed(project))


@cache
def _read_once() -> tuple[bytes, str, str]:
    """What dbt keeps, its connection in words, and the data folder named in both."""
    with TemporaryDirectory(prefix="dbt-read-once-") as folder:
        workspace = Workspace(Path(folder))
        dbt.parse(workspace)
        kept = (workspace.dbt_target / PARTIAL_PARSE_FILE_NAME).read_bytes()
        credentials = get_adapter_by_type("duckdb").config.credentials
        connection = pformat(sorted(credentials.connection_info()))
    project = unpacked(kept)
    assert project["state_check"]["profile_hash"] == _hashed(connection)
    return kept, connection, folder


def _hashed(text: str) -> dict[str, str]:
    return FileHash.from_contents(text).to_dict()


def _moved(value: Any, old: str, new: str) -> Any:
    """The same with another folder in every text."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_moved(one, old, new) for one in value]
    if isinstance(value, dict):
        return {
            _moved(key, old, new): _moved(one, old, new) for key, one in value.items()
        }
    return value
