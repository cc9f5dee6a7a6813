"""The assistant's environment and its trained model.

Rasa runs in its own Python 3.10 environment (`bot/assistant/.venv`). A model is kept
under the hash of the files it was trained from, so it is trained again exactly when they
change, and an older one stays for going back.
"""

import hashlib
import os
import subprocess
from pathlib import Path

from townclerk.errors import Broken, Unavailable
from townclerk.settings import CHECKOUT, Settings

PROJECT = CHECKOUT / "bot" / "assistant"
PYTHON = PROJECT / ".venv" / "bin" / "python"
_TRAINED_FROM = ("config.yml", "domain.yml", "requirements.txt", "data/**/*.yml")
_TRAIN_SECONDS = 600


def python() -> Path:
    """The interpreter that has Rasa. Raises Unavailable when the environment is missing."""
    if not PYTHON.exists():
        raise Unavailable(
            f"The assistant's environment {PYTHON.parent.parent} is missing. `make setup` makes it (Python 3.10)."
        )
    return PYTHON


def environment(settings: Settings) -> dict[str, str]:
    """The environment of Rasa's processes: no telemetry, quiet TensorFlow, where the actions are."""
    return os.environ | {
        "RASA_TELEMETRY_ENABLED": "false",
        # Rasa's default is a folder in the project, which a service's user may not write to.
        "RASA_CACHE_DIRECTORY": str(settings.home / "assistant" / "cache"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "TOWNCLERK_ACTIONS_URL": settings.url("actions") + "/webhook",
        "TOWNCLERK_ACTIONS_AUTHORIZATION": f"Bearer {settings.service_token.get_secret_value() or 'none'}",
    }


def model_path(settings: Settings) -> Path:
    """Where the model trained from the present files is, or will be."""
    digest = hashlib.sha256()
    for pattern in _TRAINED_FROM:
        for path in sorted(PROJECT.glob(pattern)):
            digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return settings.home / "assistant" / f"{digest.hexdigest()[:16]}.tar.gz"


def train(settings: Settings) -> Path:
    """Train the assistant unless the present files are trained already; returns the model's path.

    Raises Broken with the end of Rasa's output when training fails.
    """
    wanted = model_path(settings)
    if wanted.exists():
        return wanted
    wanted.parent.mkdir(parents=True, exist_ok=True)
    draft = f"draft-{os.getpid()}"
    command = [
        str(python()),
        "-m",
        "rasa",
        "train",
        "--fixed-model-name",
        draft,
        "--out",
        str(wanted.parent),
        "--quiet",
    ]
    done = subprocess.run(  # noqa: S603  (fixed command)
        command,
        cwd=PROJECT,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=_TRAIN_SECONDS,
        check=False,
    )
    made = wanted.parent / f"{draft}.tar.gz"
    if done.returncode != 0 or not made.exists():
        raise Broken(f"Training the assistant failed (exit {done.returncode}): {(done.stdout + done.stderr)[-2000:]}")
    made.rename(wanted)
    return wanted
