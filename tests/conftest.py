"""Shared by all tests: where the shared material is, and the day of the tests."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
SHARED = PROJECT.parent / "shared"
# For tests whose parameters are the recordings themselves; others take `shared`.
needs_recordings = pytest.mark.skipif(
    not (SHARED / "recordings").is_dir(),
    reason="no ../shared/recordings beside the project",
)


# Files that refresh whole data folders take minutes: they begin first, so that both
# cores are busy to the end.
SLOW_FIRST = (
    "test_kills.py",
    "test_faults.py",
    "test_refresh_ruby.py",
    "test_refresh_sandbox.py",
    "test_expectations.py",
    "test_daily_is_rebuild.py",
    "test_business_marts.py",
    "test_daily_runs.py",
    "test_every_source.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts slow files to the front; the order within a file stays."""

    def rank(item: pytest.Item) -> int:
        name = item.path.name
        is_slow = name in SLOW_FIRST and item.path.parent.name != "sandbox"
        return SLOW_FIRST.index(name) if is_slow else len(SLOW_FIRST)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def run_clock() -> datetime:
    """05:00 in Tokyo on 2026-11-21: the as-of day is 2026-11-20."""
    return datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data and recordings, which are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED.name}/ is not beside the project: real data not here")
    return SHARED
