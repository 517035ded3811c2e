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
    assert tops == {"rtcalc", "rtcalc_app"}
    for path in (ROOT / "app/rtcalc_app/assets").iterdir():
        assert f"rtcalc_app/assets/{path.name}" in names
    for path in (ROOT / "protocols").rglob("*.yaml"):
        assert f"rtcalc/_protocols/{path.relative_to(ROOT / 'protocols').as_posix()}" in names


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a clean environment that holds the wheel and what it needs, no extras."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, with_pip=True)
    install(folder / "bin" / "python", str(wheel))
    return folder / "bin" / "python"


def install(python: Path, what: str) -> None:
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command = [*pip, "--constraint", str(ROOT / "constraints.txt"), what]
    installed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert installed.returncode == 0, installed.stderr


def rtcalc(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Nothing of the checkout may be found by accident.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "RTCALC"))}
    command = [str(python.with_name("rtcalc")), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


def test_the_command_runs_from_a_clean_environment_in_another_folder(python: Path, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_bytes((ROOT / "protocols" / "cases" / "gist-case-2.yaml").read_bytes())
    done = rtcalc(python, tmp_path, "assess", "case.yaml")
    assert done.returncode == 0, done.stderr
    assert "85.5 no" in done.stdout


def test_the_web_calculator_asks_for_its_extra_and_then_starts(python: Path, wheel: Path, tmp_path: Path) -> None:
    without = rtcalc(python, tmp_path, "serve", "--check")
    assert without.returncode == 2
    assert "pip install 'rtcalc[app]'" in without.stderr
    install(python, f"{wheel}[app]")
    started = rtcalc(python, tmp_path, "serve", "--check")
    assert (started.returncode, started.stdout) == (0, "The web calculator starts and every page answers.\n")


def test_constraints_pin_versions_and_name_no_place() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines
    for line in lines:
        assert "==" in line, line
        assert "://" not in line, line
        assert "/" not in line, line
