"""Every setting has its line in .env.example, and the file names nothing else."""

import re
from pathlib import Path

from sources import discover
from tests.conftest import PROJECT


def named(text: str) -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, flags=re.M))


def read_by_the_project() -> set[str]:
    code = "".join(
        path.read_text() for path in sorted(Path(PROJECT, "pipelines").rglob("*.py"))
    )
    return set(re.findall(r'"(TSUNAGARI_[A-Z_]+)"', code))


# Set by the pipeline itself for dbt and for its own children, never by a person.
INTERNAL = {
    "TSUNAGARI_RAW",
    "TSUNAGARI_INBOX",
    "TSUNAGARI_WAREHOUSE",
    "TSUNAGARI_LOG_FILE",
    "TSUNAGARI_ENV_FILE",
}


def test_every_setting_of_every_source_is_in_the_example():
    example = named((PROJECT / ".env.example").read_text())
    settings = {s.name for source in discover().values() for s in source.settings}
    assert settings <= example


def test_the_example_names_exactly_what_the_code_reads():
    example = named((PROJECT / ".env.example").read_text())
    ours = {name for name in example if name.startswith("TSUNAGARI_")}
    assert ours == read_by_the_project() - INTERNAL
