"""Secrets that an installation makes for itself at first start.

Kept as files of mode 0600 in `secrets/` of the state directory, never in the database,
so a database backup holds no key. Delete a file and restart to rotate it.
"""

import os
import secrets
import tempfile
from pathlib import Path


def secret(home: Path, name: str) -> str:
    """The named secret: 64 hex digits (256 bits), made on first use.

    Two processes that start together agree: the file is linked into place, and the
    loser of the race reads the winner's.
    """
    path = home / "secrets" / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=name)  # mkstemp gives mode 0600
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
    return path.read_text(encoding="ascii").strip()
