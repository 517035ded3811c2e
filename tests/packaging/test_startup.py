"""What a short command may import: a structural test of the start-up budget, without a clock."""

import json
import subprocess
import sys

# Not pydantic: typer brings it in by itself where it is installed.
HEAVY = {"pint", "scipy", "pydicom", "pandas", "dash", "numba", "yaml", "rich"}


def modules_after(statement: str) -> set[str]:
    code = f"import sys, json; {statement}; sys.stderr.write(json.dumps([m.split('.')[0] for m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr))


def test_bed_loads_no_heavy_library() -> None:
    found = modules_after("from rtcalc.cli import run; run(['bed', '45 Gy / 5', '--alpha-beta', '10 Gy', '--json'])")
    assert not found & HEAVY


def test_importing_the_package_loads_nothing_of_it() -> None:
    found = modules_after("import rtcalc")
    assert not found & (HEAVY | {"numpy", "typer"})


def test_a_published_case_is_assessed_without_pint() -> None:
    found = modules_after("import rtcalc; from rtcalc.registry.location import builtin; "
                          "rtcalc.assess(rtcalc.load_case(builtin() / 'cases' / 'gist-case-2.yaml'))")  # fmt: skip
    assert not found & {"pint", "scipy", "pandas", "dash"}
