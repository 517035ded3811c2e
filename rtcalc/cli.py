"""The command line: arguments in, the library's answer out. No figure is computed here.

Exit codes: 0 done; 1 `--fail-on` or `--require` reached, or a selftest row failed; 2 bad input; 3 unexpected.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from rtcalc import __version__
from rtcalc.errors import DomainError, ProtocolError, RtcalcError

if TYPE_CHECKING:
    from rtcalc.registry import Registry

FOLDER_VARIABLE = "RTCALC_PROTOCOLS"

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
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
    if version:
        _write(f"rtcalc {__version__}  registry {_registry(context).sha256}\n", context)
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
    as_json: Json = False,
) -> None:
    """BED and EQD2 of a schedule, at each alpha/beta you give."""
    from rtcalc.report import calculation

    if not alpha_beta:
        raise DomainError('--alpha-beta is missing; there is no default, write --alpha-beta "10 Gy"')
    found = calculation.calculate(schedule, alpha_beta)
    _answer(context, as_json, calculation.to_dict(found), lambda: calculation.text(found))


@app.command()
def assess(
    context: typer.Context,
    case: Annotated[Path, typer.Argument(help="A case file (YAML or JSON).")],
    json_file: Annotated[
        str | None, typer.Option("--json", help="Write JSON to this file; - for standard output.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Every line of every finding.")] = False,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="Exit 1 from this severity on: caution, warning or stop.")
    ] = None,
    require: Annotated[
        list[str] | None, typer.Option("--require", help="SET:ORGAN[,SET:ORGAN]: exit 1 unless evaluated.")
    ] = None,
) -> None:
    """Assess a case: targets, organ limits, earlier dose, drugs."""
    from rtcalc.assessment import assess as assess_case
    from rtcalc.casefile import load_case
    from rtcalc.evidence import Severity
    from rtcalc.report.as_text import text

    if fail_on is not None and fail_on not in ("caution", "warning", "stop"):
        raise DomainError(f"--fail-on {fail_on!r}: write caution, warning or stop")
    if case.is_dir():
        raise ProtocolError(f"{case}: a folder; this version reads case files (YAML or JSON), not folders of DICOM")
    found = assess_case(load_case(case), _registry(context))
    wanted = [part.strip() for entry in require or [] for part in entry.split(",")]
    unmet = found.unmet(wanted)
    if json_file == "-":
        sys.stdout.write(found.to_json() + "\n")
    else:
        if json_file is not None:
            _write_file(Path(json_file), found.to_json() + "\n", inputs=[case])
        _write(text(found, full=full), context)
    for problem in unmet:
        print(f"rtcalc: required and not evaluated: {problem}", file=sys.stderr)  # noqa: T201
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


def _listing(kind: str, summary: str) -> None:
    """Add ``rtcalc KIND list|show`` for one kind of the registry."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=summary)

    @group.command("list", help=f"List {kind}.")
    def _list(
        context: typer.Context,
        search: Annotated[str, typer.Option("--search", help="Only entries that contain this text.")] = "",
        as_json: Json = False,
    ) -> None:
        from rtcalc.report import listing

        rows = listing.rows(kind, _registry(context), search)
        _answer(context, as_json, {"items": [row.data for row in rows]}, lambda: listing.table(kind, rows))

    @group.command("show", help="Show one entry with its source.")
    def _show(context: typer.Context, name: Annotated[str, typer.Argument()], as_json: Json = False) -> None:
        from rtcalc.report import listing

        found = listing.show(kind, name, _registry(context))
        _answer(context, as_json, found.to_dict(), found.text)

    app.add_typer(group, name=kind)


for _kind, _summary in (
    ("schedules", "Published schedules."),
    ("constraints", "Organ limits."),
    ("drugs", "Drugs and half-lives."),
    ("tissues", "Tissues and alpha/beta."),
    ("interactions", "Rules on drugs near radiotherapy."),
):
    _listing(_kind, _summary)


# --- output ----------------------------------------------------------------------------------------------------------
def _registry(context: typer.Context) -> Registry:
    from rtcalc.registry import Registry

    return Registry(context.obj)


def _answer(context: typer.Context, as_json: bool, data: dict[str, Any], text: Any) -> None:
    if as_json:
        shown = {"schema_version": 1, "rtcalc": __version__}
        if context.obj is not None:
            shown["department_folder"] = str(context.obj)
        sys.stdout.write(json.dumps(shown | data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        _write(text(), context)


def _write(text: str, context: typer.Context) -> None:
    from rtcalc.report.terminal import show

    first = f"department folder in use: {context.obj}\n" if context.obj is not None else ""
    show(first + text)


def _write_file(path: Path, text: str, inputs: list[Path]) -> None:
    """Write beside and rename, so that a file is whole or absent; an input is never overwritten."""
    if any(path.exists() and path.samefile(given) for given in inputs):
        raise DomainError(f"{path}: is the case itself; give another file for the JSON")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise DomainError(f"{path}: {problem.strerror}; nothing was written") from problem


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
        return int(app(arguments, standalone_mode=False) or 0)
    except RtcalcError as problem:
        return _fail(2, str(problem))
    except typer.Abort:
        return _fail(2, "interrupted")
    except BrokenPipeError:
        # `| head` is not an error; the interpreter must not flush into the closed pipe either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as problem:
        if hasattr(problem, "format_message"):
            return _fail(2, problem.format_message())
        return _unexpected(problem)


def _fail(code: int, message: str) -> int:
    print(f"rtcalc: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201
    return code


def _unexpected(problem: Exception) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="rtcalc-", suffix=".txt", delete=False, encoding="utf-8") as report:
        traceback.print_exception(problem, file=report)
    return _fail(3, f"unexpected {type(problem).__name__}; please report it with {report.name}")
