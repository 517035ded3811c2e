"""A built wheel works outside the checkout: its YAML travels with it, and so does the command."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_package_and_its_knowledge(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"rtcalc"}
    for path in (ROOT / "protocols").rglob("*.yaml"):
        assert f"rtcalc/_protocols/{path.relative_to(ROOT / 'protocols').as_posix()}" in names


def test_the_command_runs_from_a_clean_environment_in_another_folder(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    installed = subprocess.run(
        [*pip, "--constraint", str(ROOT / "constraints.txt"), str(wheel)], capture_output=True, text=True, check=False
    )
    assert installed.returncode == 0, installed.stderr
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "case.yaml").write_bytes((ROOT / "protocols" / "cases" / "gist-case-2.yaml").read_bytes())
    # Nothing of the checkout may be found by accident.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "RTCALC"))}
    command = [str(python.with_name("rtcalc")), "assess", "case.yaml"]
    done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "85.5 no" in done.stdout


def test_constraints_pin_versions_and_name_no_place() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines
    for line in lines:
        assert "==" in line, line
        assert "://" not in line, line
        assert "/" not in line, line
