"""How the web calculator is run: where it listens, who may ask it, which knowledge it reads."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from rtcalc.errors import DomainError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOKEN_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the server needs to know.

    Attributes
    ----------
    host, port : str, int
        Where it listens.
    behind_proxy : bool
        A reverse proxy of the department stands in front and decides who may ask.
    token : str, optional
        Without a proxy, whoever asks from another machine must have opened the address with this token once.
    allowed_hosts : tuple of str
        Host names under which it is asked, loopback apart. Any other `Host` is refused (DNS rebinding).
    protocols : Path, optional
        The department's folder of protocols.
    spool : Path
        Where uploaded files lie until they have been read: below it each server has a private folder.

    Raises
    ------
    DomainError
        Bound to other than loopback with neither a proxy nor a token; a token that is short.

    Examples
    --------
    >>> Settings().url
    'http://127.0.0.1:8050'
    >>> Settings(host="0.0.0.0")
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: --host 0.0.0.0 can be reached from other machines: add --behind-proxy, or --token
    """

    host: str = "127.0.0.1"
    port: int = 8050
    behind_proxy: bool = False
    token: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    protocols: Path | None = None
    spool: Path = Path(tempfile.gettempdir())

    def __post_init__(self) -> None:
        if not self.is_local and not self.behind_proxy and self.token is None:
            raise DomainError(f"--host {self.host} can be reached from other machines: add --behind-proxy, or --token")
        if self.token is not None and len(self.token) < TOKEN_LENGTH:
            raise DomainError(f"the token has {len(self.token)} characters; {TOKEN_LENGTH} or more are needed")

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def url(self) -> str:
        """The address to open."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def known_hosts(self) -> frozenset[str]:
        """Host names it answers to."""
        return frozenset({*LOOPBACK, self.host, *self.allowed_hosts})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Settings for a server started by another program (gunicorn), which has its own words for host and port.

        `RTCALC_BEHIND_PROXY=1`, `RTCALC_TOKEN`, `RTCALC_ALLOWED_HOSTS` (separated by commas), `RTCALC_PROTOCOLS`,
        `RTCALC_SPOOL`.

        Examples
        --------
        >>> Settings.from_environment({"RTCALC_ALLOWED_HOSTS": "dose.clinic.example"}).allowed_hosts
        ('dose.clinic.example',)
        """
        hosts = environment.get("RTCALC_ALLOWED_HOSTS", "")
        folder = environment.get("RTCALC_PROTOCOLS")
        return cls(
            behind_proxy=environment.get("RTCALC_BEHIND_PROXY") == "1",
            token=environment.get("RTCALC_TOKEN") or None,
            allowed_hosts=tuple(name.strip() for name in hosts.split(",") if name.strip()),
            protocols=Path(folder) if folder else None,
            spool=Path(environment.get("RTCALC_SPOOL") or tempfile.gettempdir()),
        )
