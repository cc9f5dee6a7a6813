"""A throw-away PostgreSQL server for tests, from the programs that are installed."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_ports


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, newest version first; None when there is none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    return folders[0] if folders else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Runs a server in `folder`; gives its SQLAlchemy URL. As root it runs under the `postgres` account, as it must."""
    bin = programs()
    assert bin is not None
    port = free_ports(1)[0]
    data = folder / "data"
    user = _account(folder)
    _run([bin / "initdb", "-D", data, "-U", "townclerk", "--auth=trust", "--no-sync"], user)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    _run([bin / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"], user)
    try:
        yield f"postgresql+psycopg://townclerk@127.0.0.1:{port}/postgres"
    finally:
        _run([bin / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], user)


def _account(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, "postgres", pwd.getpwnam("postgres").pw_gid)
    for parent in folder.parents:  # pytest's folders are private to root; the server must pass through
        if parent.stat().st_uid == 0 and str(parent).startswith(("/tmp/", "/var/tmp/")):
            parent.chmod(0o711)
    return "postgres"


def _run(command: list[object], user: str | None) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(
        words, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
