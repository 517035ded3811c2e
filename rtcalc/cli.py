"""The command line: arguments in, the library's answer out. No figure is computed here.

Exit codes: 0 done; 1 `--fail-on` or `--require` reached, or a selftest row failed; 2 bad input; 3 unexpected.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from rtcalc import __version__, cli_case, cli_dicom, cli_dvh_text, cli_knowledge, cli_radiobiology, cli_serve
from rtcalc.errors import DomainError, RtcalcError
from rtcalc.intended_use import INTENDED_USE

if TYPE_CHECKING:
    from rtcalc.registry import Registry

FOLDER_VARIABLE = "RTCALC_PROTOCOLS"
REGISTRY = "rtcalc.registry"
UNPINNED = ("pin", "protocols")  # what a department needs to look at a changed folder, and to accept it

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Radiotherapy dose/fractionation planning: BED and EQD2, organ limits, drug warnings, each with its source.",
)
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    protocols: Annotated[
        Path | None, typer.Option(envvar=FOLDER_VARIABLE, help="Your department's folder of protocols.")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Version and hash of the knowledge in use.")] = False,
) -> None:
    context.obj = protocols
    if protocols is not None:
        _registry(context)  # a folder that is not there must not look as if it had been used
    if version:
        _emit(_folder_line(context) + f"rtcalc {__version__}  registry {_registry(context).sha256}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise DomainError("no command; see rtcalc --help")


@app.command()
def bed(
    context: typer.Context,
    schedule: Annotated[str, typer.Argument(help='Such as "45 Gy / 5" or "50 Gy / 25 + 5 x 9 Gy".')],
    alpha_beta: Annotated[
        list[str] | None, typer.Option("--alpha-beta", help='Such as "10 Gy"; may be repeated.')
    ] = None,
    per_fraction: Annotated[
        str | None, typer.Option("--per-fraction", help='Also the dose in fractions of this size, such as "3 Gy".')
    ] = None,
    as_json: Json = False,
) -> None:
    """BED and EQD2 of a schedule, at each alpha/beta you give."""
    from rtcalc.report import calculation

    if not alpha_beta:
        raise DomainError('--alpha-beta is missing; there is no default, write --alpha-beta "10 Gy"')
    found = calculation.calculate(schedule, alpha_beta, per_fraction)
    _answer(context, as_json, calculation.to_dict(found), lambda: calculation.text(found))


@app.command()
def assess(
    context: typer.Context,
    case: Annotated[
        Path,
        typer.Argument(
            help="A case file (YAML or JSON), or DICOM: a folder with case.yaml, or --disease and --tissue."
        ),
    ],
    json_file: Annotated[
        str | None, typer.Option("--json", help="Write JSON to this file; - for standard output.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Every line, every limit that passed, every citation.")] = False,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="Exit 1 from this severity on: caution, warning or stop.")
    ] = None,
    require: Annotated[
        list[str] | None, typer.Option("--require", help="SET:ORGAN[,SET:ORGAN]: exit 1 unless evaluated.")
    ] = None,
    acknowledge: cli_dicom.Accept = None,
    isolated: cli_dicom.Isolated = False,
    in_file: cli_dicom.InFile = None,
    reference: cli_dicom.Reference = None,
    disease: cli_case.Disease = None,
    tissue: cli_case.Tissue = None,
    technique: cli_case.Technique = None,
    limit_sets: cli_case.LimitSets = None,
    written: cli_case.WriteCase = None,
) -> None:
    """Assess a case: targets, organ limits, earlier dose, drugs."""
    from rtcalc.assessment import assess as assess_case
    from rtcalc.evidence import Severity
    from rtcalc.report.as_text import WIDTH, text
    from rtcalc.report.terminal import width
    from rtcalc.report.writing import write_file

    if fail_on is not None and fail_on not in ("caution", "warning", "stop"):
        raise DomainError(f"--fail-on {fail_on!r}: write caution, warning or stop")
    reading = cli_case.Reading(acknowledge=acknowledge or (), isolated=isolated, in_file=in_file, reference=reference)
    said = cli_case.Said(disease=disease, tissue=tissue, technique=technique, limit_sets=tuple(limit_sets or ()))
    if written is not None:
        if json_file is not None or full or fail_on is not None or require:
            raise DomainError("--write-case assesses nothing; leave --json, --full, --fail-on and --require out")
        _emit(cli_case.write_case(case, written, reading, said))
        return
    registry = _registry(context)
    found = assess_case(cli_case.case_at(case, registry, reading, said), registry)
    wanted = [part.strip() for entry in require or [] for part in entry.split(",")]
    unmet = found.unmet(wanted)
    if json_file == "-":
        _emit(found.to_json() + "\n", data=True)
    else:
        if json_file is not None:
            known = [path for folder in registry.folders for path in folder.rglob("*.yaml")]
            write_file(Path(json_file), found.to_json() + "\n", inputs=[*cli_case.inputs(case), *known])
        _emit(text(found, full=full, width=width(WIDTH)))
    for problem in unmet:
        _complain(f"required and not evaluated: {problem}")
    if unmet or (fail_on is not None and found.worst().rank >= Severity(fail_on).rank):
        raise typer.Exit(1)


@app.command()
def explain(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Id of a finding, a rule, a limit or a published schedule.")],
    as_json: Json = False,
) -> None:
    """Say what stands behind an id: the rule, its sources, how far they were read."""
    from rtcalc.report import explanation

    found = explanation.explain(name, _registry(context))
    _answer(context, as_json, found.to_dict(), found.text)


@app.command()
def audit(context: typer.Context, as_json: Json = False) -> None:
    """Recompute every published BED claim."""
    from rtcalc.audit import audit as audit_claims
    from rtcalc.report import claims

    found = audit_claims(_registry(context))
    _answer(context, as_json, claims.to_dict(found), lambda: claims.text(found))


@app.command()
def selftest(context: typer.Context, as_json: Json = False) -> None:
    """Compute the oracle table for your quality assurance file."""
    from rtcalc import selftest as table

    rows = table.run()
    _answer(context, as_json, table.to_dict(rows), lambda: table.text(rows))
    if not all(row.passed for row in rows):
        raise typer.Exit(1)


# --- output ----------------------------------------------------------------------------------------------------------
def _registry(context: typer.Context) -> Registry:
    """The knowledge of this call: one object, so that what it replaced is known when the answer is written."""
    from rtcalc.registry import Registry

    known: dict[str, Any] = context.find_root().meta
    if REGISTRY not in known:
        looking = context.find_root().invoked_subcommand in UNPINNED
        known[REGISTRY] = Registry(context.obj, pinned=False) if looking else Registry(context.obj)
    found: Registry = known[REGISTRY]
    return found


def _forget(context: typer.Context) -> None:
    """Another folder was named: the knowledge is read anew when it is asked for."""
    context.find_root().meta.pop(REGISTRY, None)


def _answer(context: typer.Context, as_json: bool, data: dict[str, Any], text: Callable[[], str]) -> None:
    used: Registry | None = context.find_root().meta.get(REGISTRY)
    if as_json:
        shown: dict[str, Any] = {"schema_version": 1, "rtcalc": __version__}
        if used is not None:
            folder = None if context.obj is None else str(context.obj)
            shown |= {"registry_sha256": used.sha256, "department_folder": folder, "overridden": list(used.overridden)}
        shown |= data | {"intended_use": INTENDED_USE}
        _emit(json.dumps(shown, indent=2, ensure_ascii=False, allow_nan=False) + "\n", data=True)
    else:
        said = text()
        registry = f"  registry {used.sha256[:8]}" if used is not None else ""
        last = "" if said.endswith(f"{INTENDED_USE}\n") else f"{INTENDED_USE}\n"
        _emit(f"{_folder_line(context)}{said}{last}rtcalc v{__version__}{registry}\n")


def _folder_line(context: typer.Context) -> str:
    """The first line of an answer for which a department's folder is in use; empty without one."""
    from rtcalc.report.layout import folder_line

    return folder_line(str(context.obj), _registry(context).overridden) + "\n" if context.obj is not None else ""


def _emit(text: str, data: bool = False) -> None:
    """Write an answer; a reader that has left (`| head`) changes neither the exit code nor anything else."""
    from rtcalc.report.terminal import show

    try:
        sys.stdout.write(text) if data else show(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()


def _silence() -> None:
    """Point standard output nowhere: the interpreter must not flush into the closed pipe when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Default: those of the process.

    Returns
    -------
    int
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal without UTF-8 shows a replacement; it does not end the program.
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(app(arguments, prog_name="rtcalc", standalone_mode=False) or 0)
    except RtcalcError as problem:
        return _fail(2, str(problem))
    except typer.Abort:
        return _fail(2, "interrupted")
    except (BrokenPipeError, SystemExit):
        # The help text into `| head`: typer leaves on a closed pipe.
        _silence()
        return 0
    except Exception as problem:
        if hasattr(problem, "format_message"):
            where = getattr(problem, "ctx", None)
            see = f"; see {where.command_path} --help" if where is not None else ""
            return _fail(2, f"{problem.format_message().removesuffix('.')}{see}")
        return _unexpected(problem)


def _fail(code: int, message: str) -> int:
    _complain(message)
    return code


def _complain(message: str) -> None:
    """One line on standard error; a name in it may not steer the terminal."""
    from rtcalc.report.layout import visible

    print(f"rtcalc: {visible(' '.join(message.split()))}", file=sys.stderr)  # noqa: T201


def _unexpected(problem: Exception) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="rtcalc-", suffix=".txt", delete=False, encoding="utf-8") as report:
        traceback.print_exception(problem, file=report)
    return _fail(3, f"unexpected {type(problem).__name__}; please report it with {report.name}")


cli_dicom.add_to(app, _answer, _emit)
cli_radiobiology.add_to(app, _answer, _registry)
cli_dvh_text.add_to(app, _answer)
cli_knowledge.add_to(app, _answer, _registry, _forget, _complain)
cli_serve.add_to(app, _emit)
