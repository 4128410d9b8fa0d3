"""Who can reach what: addresses of servers, modes of files, texts that are printed."""

import io
import os
import stat
from pathlib import Path

import pytest

from pipelines import dev
from pipelines.identity import full_names
from pipelines.refresh import Terminal
from pipelines.workspace import Workspace
from sources._base.redact import MASK, redact, remember
from sources._sandbox.server import HttpService


def test_the_page_has_no_login_and_so_no_address_but_this_machines():
    command = dev.command("3000")
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command.count("--host") == 1


class Nothing(HttpService):
    """A server of the sandbox's kind that is never asked."""

    def respond(self, handler, request, target) -> None:
        raise AssertionError


def test_the_sandbox_listens_on_this_machine_alone():
    server = Nothing()
    assert server._server.socket.getsockname()[0] == "127.0.0.1"
    server._server.server_close()


@pytest.mark.parametrize(
    ("usual", "file", "folder"), [(0, 0o640, 0o750), (0o077, 0o600, 0o700)]
)
def test_files_are_not_for_others_and_a_stricter_umask_stays(
    tmp_path: Path, usual: int, file: int, folder: int
):
    data = tmp_path / "data"
    data.mkdir(mode=0o777)
    data.chmod(0o777)  # as an earlier version or a mount left it
    before = os.umask(usual)
    try:
        workspace = Workspace(data)
        workspace.prepare()
        workspace.alerts.write_text("{}")
    finally:
        os.umask(before)
    assert stat.S_IMODE(data.stat().st_mode) == 0o750
    assert stat.S_IMODE(workspace.alerts.stat().st_mode) == file
    assert stat.S_IMODE(workspace.raw.stat().st_mode) == folder


def test_a_name_moves_no_cursor_and_turns_no_line():
    out = io.StringIO()
    Terminal(out).say("a\x1b[2Jb \u202egnp.exe\tc\nd 山田")
    assert out.getvalue() == "a\ufffd[2Jb \ufffdgnp.exe\tc\nd 山田\n"


@pytest.mark.parametrize(
    "spelt",
    ["tok/en+1\\x", "tok/en%2B1%5Cx", "tok%2Fen%2B1%5Cx", "tok/en+1\\\\x"],
)
def test_a_secret_is_taken_out_however_a_url_or_json_spells_it(spelt: str):
    remember(["tok/en+1\\x"])
    assert redact(f"GET /a/{spelt}/b failed") == f"GET /a/{MASK}/b failed"


def test_a_page_of_kanji_is_no_name_and_is_not_cut_at_every_place():
    assert full_names._divided("山田太郎") == (("山田", "太郎"),)
    assert full_names._divided("山田" + "太郎" * 20) == ()
