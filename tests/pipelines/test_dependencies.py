"""The audit of packages: each thing it looks for is found in a made-up environment."""

from importlib.metadata import Distribution
from pathlib import Path

import pytest

from pipelines import dependencies
from pipelines.workspace import PROJECT

HASH = "--hash=sha256:" + "0" * 64
GOOD = f"requests==2.32.5 \\\n    {HASH}\n"


def installed(folder: Path, *packages: tuple[str, str, str]) -> dict[str, Distribution]:
    """Packages by name: (name, version, further lines of its metadata)."""
    found = {}
    for name, version, lines in packages:
        home = folder / f"{name}-{version}.dist-info"
        home.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{lines}\n"
        (home / "METADATA").write_text(text)
        found[name] = Distribution.at(home)
    return found


def test_this_environment_passes():
    assert list(dependencies.audit(PROJECT)) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("requests==2.32.5", "no hash"),
        (f"requests>=2.32 {HASH}", "no exact version"),
        (f"requests==2.* {HASH}", "no exact version"),
        (f"requests @ https://example.com/r.whl {HASH}", "from an address"),
        ("-e git+https://example.com/r.git#egg=requests", "no package of a registry"),
        ("--index-url https://example.com/simple", "no package of a registry"),
    ],
)
def test_a_lock_that_is_no_lock_is_refused(line: str, problem: str):
    found, wrong = dependencies.pins(line + "\n")
    assert found == {}
    assert len(wrong) == 1
    assert problem in wrong[0]


def test_what_is_asked_for_and_not_locked_is_told():
    locked, _ = dependencies.pins(GOOD)
    asked = {"dependencies": ["requests>=2.33"]}
    project = {"project": {**asked, "optional-dependencies": {"dev": ["ruff"]}}}
    assert dependencies.not_covered(project, locked) == [
        "requests>=2.33: the lock has 2.32.5",
        "ruff: asked for, not in the lock",
    ]


def test_what_is_installed_otherwise_than_locked_is_told(tmp_path: Path):
    locked, _ = dependencies.pins(
        GOOD + f"ruff==0.1 {HASH}\n" + f"pywin==1 ; sys_platform == 'win32' {HASH}\n"
    )
    have = installed(tmp_path, ("requests", "2.31.0", ""), ("evil", "1", ""))
    assert dependencies.not_as_locked(locked, have) == [
        "evil: installed, not in the lock",
        "requests: installed 2.31.0, locked 2.32.5",
        "ruff: in the lock, not installed",
    ]


def test_what_a_package_needs_and_does_not_have_is_told(tmp_path: Path):
    lines = "Requires-Dist: b>=2\nRequires-Dist: c\nRequires-Dist: d; extra == 'x'"
    have = installed(tmp_path, ("a", "1", lines), ("b", "1", ""))
    assert dependencies.unmet(have) == [
        "a needs b>=2, not 1",
        "a needs c, which is not installed",
    ]


def test_licences_outside_the_list_are_told(tmp_path: Path):
    have = installed(
        tmp_path,
        ("fine", "1", "License-Expression: MIT"),
        ("copyleft", "1", "Classifier: License :: OSI Approved :: GNU Affero GPL v3"),
        ("silent", "1", ""),
    )
    assert dependencies.of_wrong_licence(have) == [
        "copyleft: licence GNU Affero GPL v3",
        "silent: licence not named",
    ]


def test_a_version_of_the_list_is_told():
    locked, _ = dependencies.pins(GOOD)
    row = {"package": "requests", "advisory": "CVE-1", "what": "leaks"}
    assert dependencies.known_bad(locked, [{**row, "bad_versions": "<2.32.5"}]) == []
    (told,) = dependencies.known_bad(locked, [{**row, "bad_versions": "<2.32.6"}])
    assert told == "requests 2.32.5: CVE-1, leaks; bad are <2.32.6"
