"""The demo: NetBox with the plugin, a LibreNMS, and a network that the two do not wholly agree about."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tools import (
    console,
    databases,
    kept,
    librenms,
    netbox_env,
    netbox_servers,
    paths,
    postgres,
    processes,
    redis_server,
)
from tools.lock import locked


def _schema_record(profile: netbox_env.Profile) -> Path:
    return paths.STATE / f"{profile.database}.schema.json"


def _recorded_schema(profile: netbox_env.Profile) -> dict[str, str] | None:
    record = _schema_record(profile)
    return dict(json.loads(record.read_text())) if record.is_file() else None


def _create(profile: netbox_env.Profile, template: str) -> None:
    """A new database with the user admin, and with the demo network where the simulator knows that network."""
    console.say("Loading the demo network" if profile is netbox_env.SIMULATED else "Creating the database")
    postgres.clone(template, profile.database)
    for database in (profile.redis, profile.redis + 1):
        redis_server.flush(database)
    extent = ["--network"] if profile is netbox_env.SIMULATED else []
    console.run_quietly(
        [sys.executable, "-m", "tools.demo_data", *extent],
        what="Loading the demo network",
        log=paths.LOGS / "demo-data.log",
        env=netbox_env.demo(),
        cwd=paths.ROOT,
    )


def _migrations(schema: dict[str, str]) -> set[tuple[str, str]]:
    return {entry for entry in schema.items() if entry[0].startswith("migrations/")}


def ensure_database(template: str) -> None:
    """Have a demo database whose tables are those of the plugin as it is now.

    New migrations are applied to it. When a migration that it already has was edited, nothing can bring it in line,
    and it is made anew.
    """
    profile = netbox_env.profile()
    before, now = _recorded_schema(profile), databases.schema_hashes()
    exists = postgres.exists(profile.database)
    if exists and before == now:
        return
    netbox_processes = [name for name in netbox_servers.ALL if processes.running(name)]
    processes.stop(netbox_processes)
    if exists and before is not None and _migrations(before) <= _migrations(now):
        console.say("Applying the plugin's new migrations to the demo")
        databases.migrate(profile.database, plugin=True, what="Migrating the demo")
    else:
        _schema_record(profile).unlink(missing_ok=True)
        _create(profile, template)
    _schema_record(profile).write_text(json.dumps(now))


def _ensure_servers() -> str:
    """PostgreSQL and Redis up, the template there; the template's name."""
    postgres.start()
    redis_server.start()
    return databases.ensure_template()


def _prepare() -> str:
    """Everything but NetBox's own servers; the address of LibreNMS."""
    chosen = netbox_env.REAL if librenms.is_real() else netbox_env.SIMULATED
    if chosen is not netbox_env.profile():
        processes.stop(netbox_servers.ALL)
    template = _ensure_servers()
    netbox_env.choose_profile(chosen)
    url = librenms.ensure()
    ensure_database(template)
    return url


def up(arguments: Sequence[str]) -> int:
    """Start what is not running, mend what is not healthy, and say where NetBox is."""
    start = time.monotonic()
    with locked():
        url = _prepare()
        netbox_servers.ensure()
    print()
    print(f"NetBox    {netbox_servers.address()}   (admin / admin)")
    print(f"LibreNMS  {url}")
    print(f"Ready after {time.monotonic() - start:.0f} s. 'make stop' ends it, 'make clean' removes it.", flush=True)
    return 0


def run(arguments: Sequence[str]) -> int:
    """The demo with its web server in the foreground, in debug mode, restarting by itself when code changes."""
    with locked():
        _prepare()
        processes.stop([netbox_servers.WEB])
        netbox_servers.ensure((netbox_servers.WORKERS,))
        port = netbox_servers.choose_port()
    console.say(f"NetBox on http://127.0.0.1:{port}/ (admin / admin); Ctrl-C ends it")
    command = [sys.executable, "-m", "netbox", "runserver", f"127.0.0.1:{port}", *arguments]
    return _in_foreground(command, netbox_env.demo(debug=True))


def _in_foreground(command: list[str], env: dict[str, str]) -> int:
    try:
        return subprocess.call(command, cwd=paths.ROOT, env=env)
    except KeyboardInterrupt:
        return 0


def reload(arguments: Sequence[str]) -> int:
    """Restart NetBox's servers, with whatever LibreNMS the demo has."""
    with locked():
        ensure_database(_ensure_servers())
        processes.stop(netbox_servers.ALL)
        netbox_servers.ensure()
    console.say(f"NetBox runs again on {netbox_servers.address()}")
    return 0


def stop(arguments: Sequence[str] = ()) -> int:
    """End everything that was started, children of workers included."""
    if not paths.STATE.is_dir():
        return 0
    with locked():
        stop_all()
    console.say("Everything is stopped")
    return 0


def stop_all() -> None:
    processes.stop([name for name in processes.known() if name != "redis"])
    redis_server.stop()
    postgres.stop()


def clean(arguments: Sequence[str]) -> int:
    """Stop, and delete the state folder; with ``--cache`` also what is kept for other checkouts."""
    stop()
    paths.remove_state()
    if "--cache" in arguments:
        kept.forget()
    return 0


def logs(arguments: Sequence[str]) -> int:
    """Show what the servers write, from now on, until Ctrl-C."""
    names = list(arguments) or [*netbox_servers.ALL, librenms.SIMULATOR]
    files = [str(path) for name in names if (path := processes.log_of(name)).is_file()]
    if not files:
        raise console.ToolError("There are no logs yet: start the demo with 'make demo'.")
    os.execvp("tail", ["tail", "-n", "40", "-F", *files])


def status(arguments: Sequence[str]) -> int:
    """One line for each server: running or not, and where."""
    print(f"{'postgres':<12}{'running' if postgres.is_started() else 'stopped'}")
    for name in ("redis", librenms.SIMULATOR, *netbox_servers.ALL):
        entry = processes.running(name)
        place = f"http://127.0.0.1:{entry.port}/" if entry and entry.port else ""
        print(f"{name:<12}{f'running  process {entry.pid}  {place}' if entry else 'stopped'}")
    return 0


def manage(arguments: Sequence[str]) -> int:
    """Run a NetBox command, such as makemigrations, on the demo's database."""
    with locked():
        postgres.start()
        redis_server.start()
        # New migrations are often the reason for the call, so the tables cannot be there yet.
        if "makemigrations" not in arguments:
            ensure_database(databases.ensure_template())
    return _in_foreground([sys.executable, "-m", "netbox", *arguments], netbox_env.demo())


def shell(arguments: Sequence[str]) -> int:
    """NetBox's Python shell on the demo's database."""
    return manage(["nbshell", *arguments])
