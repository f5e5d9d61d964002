"""`python -m simulator`: run a simulated LibreNMS in the foreground."""

from __future__ import annotations

import argparse
from pathlib import Path

from simulator.auth import Role
from simulator.server import Simulator
from simulator.versions import VERSIONS


def main(arguments: list[str] | None = None) -> int:
    """Listen until interrupted; prints the URL first, then one line for each token."""
    options = _parser().parse_args(arguments)
    try:
        simulator = Simulator(
            options.data,
            options.version,
            host=options.host,
            port=options.port,
            extra_tokens=dict(options.token),
        ).open()
    except (OSError, ValueError) as problem:
        print(f"The simulator cannot start: {problem}")
        return 1
    print(simulator.url, flush=True)
    tokens = simulator.tokens
    for name in ("admin", "reader", "user", "norole", "disabled"):
        print(f"{name} {getattr(tokens, name)}", flush=True)
    if options.port_file:
        options.port_file.write_text(f"{simulator.port}\n", encoding="ascii")
    try:
        simulator.run()
    except KeyboardInterrupt:
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description="A LibreNMS API server over made-up data.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--data", default="company", help="company, large, large:<devices>, or a folder of gzip JSON")
    parser.add_argument("--version", default="26.7", choices=list(VERSIONS))
    parser.add_argument("--port-file", type=Path, help="write the port number here once listening")
    parser.add_argument(
        "--token",
        type=_role_and_token,
        nargs="+",
        action="extend",
        default=[],
        metavar="[ROLE:]TOKEN",
        help="accept this token too, for admin (default), reader, user or norole",
    )
    return parser


def _role_and_token(text: str) -> tuple[str, Role]:
    role, separator, token = text.partition(":")
    if not separator:
        return text, Role.ADMIN
    try:
        return token, Role(role)
    except ValueError:
        raise argparse.ArgumentTypeError(f"unknown role {role!r}") from None


if __name__ == "__main__":
    raise SystemExit(main())
