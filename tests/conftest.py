"""Shared by all tests: where the shared material is, and the day of the tests."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
SHARED = PROJECT.parent / "shared"


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
