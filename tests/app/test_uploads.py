"""The way in for files, over HTTP and on disk: pieces, resume, refusals, quotas, and what is deleted when."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from rtcalc.errors import DicomError, DomainError
from rtcalc_app import spool as spools
from rtcalc_app.server import create_server
from rtcalc_app.settings import Settings
from rtcalc_app.spool import GONE, OtherOffsetError, Spool, TooMuchError, UnknownUploadError
from rtcalc_app.uploads import COOKIE

MARK = {"X-Requested-With": "rtcalc"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def server(base: Path) -> Any:
    return create_server(Settings(spool=base))


@pytest.fixture
def client(server: Any) -> FlaskClient:
    return server.test_client()  # type: ignore[no-any-return]


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = Spool.open(tmp_path)
    yield opened
    opened.close()


def announced(client: FlaskClient, size: Any = 10) -> str:
    answer = client.post("/upload", json={"size": size}, headers=MARK)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


# --- over HTTP --------------------------------------------------------------------------------------------------------
def test_a_file_arrives_in_pieces(client: FlaskClient, base: Path) -> None:
    upload = announced(client, 10)
    assert client.put(f"/upload/{upload}?offset=0", data=b"abcdef", headers=MARK).json == {"offset": 6}
    assert client.put(f"/upload/{upload}?offset=6", data=b"ghij", headers=MARK).json == {"offset": 10}
    (path,) = base.glob(f"*/incoming/*/{upload}.10")
    assert path.read_bytes() == b"abcdefghij"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_b9_a_wrong_offset_is_answered_with_where_to_go_on(client: FlaskClient) -> None:
    upload = announced(client, 10)
    client.put(f"/upload/{upload}?offset=0", data=b"abc", headers=MARK)
    for offset in (0, 2, 7):
        answer = client.put(f"/upload/{upload}?offset={offset}", data=b"x", headers=MARK)
        assert (answer.status_code, answer.json["offset"]) == (409, 3)


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "x", "1e3", "９", "9" * 13, "%00"])
def test_b9_an_offset_that_is_no_number_is_refused(client: FlaskClient, offset: str) -> None:
    upload = announced(client)
    answer = client.put(f"/upload/{upload}?offset={offset}", data=b"x", headers=MARK)
    assert answer.status_code == 400
    assert "offset" in answer.text


@pytest.mark.parametrize("size", [0, -1, 1.5, "10", True, None, [], 10**400])
def test_b9_a_size_that_is_none_is_refused(client: FlaskClient, size: Any) -> None:
    answer = client.post("/upload", json={"size": size}, headers=MARK)
    assert answer.status_code in (400, 413)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000])
def test_b9_an_announcement_that_is_none_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/upload", data=body, headers={**MARK, "Content-Type": "application/json"})
    assert answer.status_code == 400


def test_b9_more_data_than_announced_is_refused_and_nothing_is_beyond_the_size(client: FlaskClient, base: Path) -> None:
    upload = announced(client, 4)
    answer = client.put(f"/upload/{upload}?offset=0", data=b"abcde", headers=MARK)
    assert answer.status_code == 400
    assert "more data than announced (4 bytes)" in answer.text
    (path,) = base.glob(f"*/incoming/*/{upload}.4")
    assert path.stat().st_size <= 4


def test_b9_a_request_above_the_cap_is_refused(client: FlaskClient) -> None:
    upload = announced(client, 9 * 1024 * 1024)
    answer = client.put(f"/upload/{upload}?offset=0", data=b"\0" * (8 * 1024 * 1024 + 1), headers=MARK)
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["x", "A" * 22, "..", "..%2F..%2Fetc%2Fpasswd", "*" * 22, "%00" * 22, "a" * 500])
def test_b9_an_unknown_upload_is_not_found(client: FlaskClient, name: str) -> None:
    announced(client)
    assert client.put(f"/upload/{name}?offset=0", data=b"x", headers=MARK).status_code in (404, 405)
    assert client.delete(f"/upload/{name}", headers=MARK).status_code in (404, 405)


def test_the_upload_of_another_browser_is_not_found(server: Any) -> None:
    mine, other = server.test_client(), server.test_client()
    upload = announced(mine)
    announced(other)
    assert other.put(f"/upload/{upload}?offset=0", data=b"x", headers=MARK).status_code == 404
    assert mine.put(f"/upload/{upload}?offset=0", data=b"x", headers=MARK).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "XMLHttpRequest"}])
def test_without_the_mark_of_the_page_nothing_is_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    upload = announced(client)
    assert client.post("/upload", json={"size": 1}, headers=headers).status_code == 403
    assert client.put(f"/upload/{upload}?offset=0", data=b"x", headers=headers).status_code == 403
    assert client.delete(f"/upload/{upload}", headers=headers).status_code == 403
    assert client.post("/dicom/eqd2-map", json={}, headers=headers).status_code == 403


def test_another_site_is_refused_even_with_the_mark(client: FlaskClient) -> None:
    headers = {**MARK, "Origin": "http://elsewhere.example"}
    assert client.post("/upload", json={"size": 1}, headers=headers).status_code == 403


def test_the_cookie_is_for_this_server_only_and_no_script_reads_it(server: Any) -> None:
    answer = server.test_client().post("/upload", json={"size": 1}, headers=MARK)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(COOKIE)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_an_upload_can_be_given_up(client: FlaskClient) -> None:
    upload = announced(client)
    assert client.delete(f"/upload/{upload}", headers=MARK).status_code == 200
    assert client.put(f"/upload/{upload}?offset=0", data=b"x", headers=MARK).status_code == 404


def test_a_browser_that_takes_too_much_is_told_how_much_it_may(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "MOST_BYTES", 3 << 20)
    announced(client, 2 << 20)
    answer = client.post("/upload", json={"size": 2 << 20}, headers=MARK)
    assert answer.status_code == 413
    assert "more than 3 MiB at once" in answer.text


def test_a_full_disk_is_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    upload = announced(client)
    monkeypatch.setattr(Spool, "add", full)
    answer = client.put(f"/upload/{upload}?offset=0", data=b"x", headers=MARK)
    assert (answer.status_code, "disk is full" in answer.text) == (413, True)


# --- on disk ----------------------------------------------------------------------------------------------------------
def test_the_folder_is_private_and_not_taken_from_somebody_else(tmp_path: Path) -> None:
    spool = Spool.open(tmp_path)
    assert stat.S_IMODE(spool.root.stat().st_mode) == 0o700
    spool.close()
    elsewhere = tmp_path / "target"
    elsewhere.mkdir()
    planted = tmp_path / "planted"
    planted.mkdir()
    (planted / spool.root.name).symlink_to(elsewhere)
    with pytest.raises(DomainError, match="belongs to somebody else"):
        Spool.open(planted)


def test_the_quotas(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "MOST_FILES", 2)
    spool.announce("me", 1)
    spool.announce("me", 1)
    with pytest.raises(TooMuchError, match="more than 2 files"):
        spool.announce("me", 1)
    monkeypatch.setattr(spools, "MOST_BYTES_IN_ALL", 10)
    spool.announce("you", 8)
    with pytest.raises(TooMuchError, match="holds as much as it may"):
        spool.announce("they", 1)
    monkeypatch.setattr(spools, "MOST_BYTES_IN_ALL", 100)
    monkeypatch.setattr(spools, "KEPT_FREE", 1 << 62)
    with pytest.raises(TooMuchError, match="disk is nearly full"):
        spool.announce("they", 1)


def test_only_whole_uploads_become_a_study(spool: Spool) -> None:
    one, other = spool.announce("me", 3), spool.announce("me", 3)
    spool.add("me", one, 0, [b"ab", b"c"])
    study = spool.new_study()
    with pytest.raises(DicomError, match="File 2 did not arrive as a whole"):
        spool.take("me", [one, other], study)
    with pytest.raises(DicomError, match="File 1 is not on the server"):
        spool.take("you", [other], study)
    with pytest.raises(UnknownUploadError):
        spool.add("me", one, 3, [b"x"])  # it was moved
    with pytest.raises(OtherOffsetError):
        spool.add("me", other, 1, [b"x"])


def test_what_nobody_touches_is_deleted(spool: Spool) -> None:
    upload, study = spool.announce("me", 3), spool.new_study()
    spool.purge()
    assert spool.study(study).is_dir()
    at = spool.study(study).stat().st_mtime
    spool.purge(now=at + spools.STUDY_AGE - 60)
    assert spool.study(study).is_dir()
    with pytest.raises(UnknownUploadError):  # an hour is up for it
        spool.add("me", upload, 0, [b"x"])
    spool.purge(now=spool.study(study).stat().st_mtime + spools.STUDY_AGE + 60)
    with pytest.raises(DicomError, match=re.escape(GONE)):
        spool.study(study)


@pytest.mark.parametrize("study", ["", "x", "../incoming", None, 1, [], "A" * 22, "A" * 21 + "/"])
def test_an_unknown_study_is_gone(spool: Spool, study: Any) -> None:
    with pytest.raises(DicomError, match=re.escape(GONE)):
        spool.study(study)


def test_the_last_server_that_ends_leaves_nothing(tmp_path: Path) -> None:
    first, second = Spool.open(tmp_path), Spool.open(tmp_path)
    study = first.new_study()
    first.close()
    assert second.study(study).is_dir()
    second.close()
    assert not list(second.root.glob("*/*"))


CHILD = """
import sys, time
from pathlib import Path
from rtcalc_app.spool import Spool
spool = Spool.open(Path(sys.argv[1]))
upload = spool.announce("me", 3)
spool.add("me", upload, 0, [b"abc"])
study = spool.new_study()
spool.take("me", [upload], study)
print(study, flush=True)
if sys.argv[2] == "wait":
    time.sleep(60)
"""


def started(base: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", CHILD, str(base), how], stdout=subprocess.PIPE, text=True)


def test_what_a_killed_server_leaves_is_deleted_by_the_next_one(tmp_path: Path) -> None:
    with started(tmp_path, "wait") as child:
        assert child.stdout is not None
        study = child.stdout.readline().strip()
        running = Spool.open(tmp_path)  # beside a server that runs nothing is deleted
        assert running.study(study).is_dir()
        running.close()
        os.kill(child.pid, signal.SIGKILL)
    left = next(tmp_path.glob("rtcalc-*")) / "studies" / study / "files" / "file-1"
    assert left.read_bytes() == b"abc"
    following = Spool.open(tmp_path)
    assert not left.exists()
    following.close()


def test_a_server_that_ends_deletes_what_it_kept(tmp_path: Path) -> None:
    with started(tmp_path, "end") as child:
        assert child.stdout is not None
        study = child.stdout.readline().strip()
    assert study
    assert child.returncode == 0
    assert not list(next(tmp_path.glob("rtcalc-*")).glob("*/*"))
