"""Secrets are made once, private, and agreed on by processes that race."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from townclerk.secrets import secret


def test_made_once_and_private(tmp_path: Path) -> None:
    made = secret(tmp_path, "session")
    assert made == secret(tmp_path, "session")
    assert len(bytes.fromhex(made)) == 32
    assert stat.S_IMODE((tmp_path / "secrets" / "session").stat().st_mode) == 0o600


def test_racing_makers_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secret(tmp_path, "pepper"), range(64)))
    assert len(made) == 1
