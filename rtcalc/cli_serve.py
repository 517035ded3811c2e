"""`rtcalc serve`: the web calculator on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from rtcalc.errors import DomainError

NOT_INSTALLED = "the web calculator is not installed; install it with: pip install 'rtcalc[app]'"


def add_to(app: typer.Typer, emit: Callable[[str], None]) -> None:
    """Add the command to the command line `app`; `emit` writes an answer."""

    @app.command()
    def serve(
        context: typer.Context,
        host: Annotated[
            str, typer.Option(help="Where it listens; other than loopback needs a proxy or a token.")
        ] = "127.0.0.1",
        port: Annotated[
            int | None, typer.Option(min=1, max=65535, help="Default: 8050, or the next that is free.")
        ] = None,
        behind_proxy: Annotated[
            bool, typer.Option("--behind-proxy", help="A reverse proxy decides who may ask.")
        ] = False,
        token: Annotated[str | None, typer.Option(envvar="RTCALC_TOKEN", help="Ask for this token once.")] = None,
        allowed_host: Annotated[list[str] | None, typer.Option(help="A further host name it answers to.")] = None,
        check: Annotated[bool, typer.Option("--check", help="Start, ask every page once, end.")] = False,
    ) -> None:
        """Open the web calculator: on this machine, for its browser."""
        try:
            from rtcalc_app import serving
            from rtcalc_app.settings import Settings
        except ModuleNotFoundError as missing:
            raise DomainError(f"{NOT_INSTALLED} (missing: {missing.name})") from missing
        folder: Path | None = context.obj
        settings = Settings(
            host=host,
            port=port or 8050,
            behind_proxy=behind_proxy,
            token=token,
            allowed_hosts=tuple(allowed_host or ()),
            protocols=folder,
        )
        if check:
            emit(serving.check(settings) + "\n")
        else:
            serving.serve(settings, any_port=port is None)
