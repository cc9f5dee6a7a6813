"""Turn a sentence-transformers model into an ONNX file, checked against the original.

Runs in a process of its own (`python -m index.embedding.export MODEL TARGET_FOLDER QUERY_PROMPT PASSAGE_PROMPT`):
only the export needs torch, and serving must not carry it. MODEL is a sentence-transformers folder, or the file
of weights of which one is made first (see `e5_weights`). The export is refused when any
number of a sample vector differs by more than 1e-5.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx

from index.embedding import e5_weights, language_centers, token_vectors, word_vectors
from index.embedding.models import DATA, FORMAT, TORCH_FOLDER, minilm_folder
from index.embedding.onnx_model import OnnxModel
from index.hashing import file_hash
from townclerk.errors import Broken

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

TOLERANCE = 1e-5
WINDOW = 256
"""Tokens of a passage at most: longer ones are quoted worse, and all of them take longer to encode."""
SAMPLES = (
    "How do I get a dog licence?",
    "ok",
    "The transfer station is open Tuesday to Saturday, 7:30 a.m. to 3 p.m. Stickers cost $25.00.",
    "¿Dónde puedo pagar la factura del agua? 1600 Main St., (555) 555-0100",
    "Permit, fee and inspection rules for decks, sheds, pools and fences. " * 40,
)


def export(source: Path, target: Path, prompts: tuple[str, str]) -> None:
    """Write `model.onnx` with its numbers in `DATA`, `tokenizer.json` and `model.json` to `target`, complete or not at all.

    `prompts` are those of questions and of passages.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=target.name + ".tmp-"))
    try:
        if source.is_file():
            e5_weights.write(e5_weights.read(source), work / TORCH_FOLDER)
            source = work / TORCH_FOLDER
        original = SentenceTransformer(
            str(source), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
        )
        original.eval()
        original.max_seq_length = min(int(original.max_seq_length or WINDOW), WINDOW)
        _write(original, work)
        original.tokenizer.backend_tokenizer.save(str(work / "tokenizer.json"))
        word_vectors.write(minilm_folder(), work)
        _describe(original, work, prompts)
        _check(original, work, prompts)
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write(original: "SentenceTransformer", work: Path) -> None:
    import torch

    class Whole(torch.nn.Module):
        """Transformer, pooling and normalisation as one graph."""

        def __init__(self) -> None:
            super().__init__()
            self.stages = torch.nn.ModuleList(original)

        def forward(self, *values: "torch.Tensor") -> tuple["torch.Tensor", "torch.Tensor"]:
            features: dict[str, Any] = dict(zip(names, values, strict=True))
            for stage in self.stages:
                features = stage(features)
            vector = torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)
            return vector, features["token_embeddings"]

    sample = original.tokenizer(list(SAMPLES[:3]), padding=True, return_tensors="pt")
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in sample]
    axes = {name: {0: "batch", 1: "length"} for name in (*names, "states")} | {"vector": {0: "batch"}}
    # The newer exporter writes duplicate output names that ONNX Runtime rejects: dynamo=False.
    torch.onnx.export(
        Whole(),
        tuple(sample[name] for name in names),
        str(work / "model.onnx"),
        input_names=names,
        output_names=["vector", "states"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    # Numbers beside the steps are mapped when it is opened; inside, they are read and copied: .19 s instead of .08, and 85 MB.
    whole = onnx.load(str(work / "model.onnx"))
    onnx.save(whole, str(work / "model.onnx"), save_as_external_data=True, location=DATA)


def _describe(original: "SentenceTransformer", work: Path, prompts: tuple[str, str]) -> None:
    description = {
        "dimension": original.get_embedding_dimension(),
        "window": original.max_seq_length,
        "query_prompt": prompts[0],
        "passage_prompt": prompts[1],
        "takes_means": _takes_means(original),
        "sha256": {name: file_hash(work / name) for name in ("model.onnx", DATA)},
        "format": FORMAT,
    }
    (work / "model.json").write_text(json.dumps(description, indent=1))


def _takes_means(original: "SentenceTransformer") -> bool:
    """Whether the vector of a text is the mean of what is given for its tokens."""
    found: Any = original.encode([SAMPLES[0]], output_value=None)
    mean, vector = found[0]["token_embeddings"].mean(axis=0).numpy(), found[0]["sentence_embedding"].numpy()
    alike = mean.shape == vector.shape and mean @ vector / np.linalg.norm(mean) / np.linalg.norm(vector)
    return bool(alike >= 1 - TOLERANCE)


def _check(original: "SentenceTransformer", work: Path, prompts: tuple[str, str]) -> None:
    model = OnnxModel(work, threads=1)
    language_centers.measure(model.encode, prompts, work)
    token_vectors.measure(lambda texts, prompt: [model.read(text, prompt)[1:] for text in texts], prompts, work)
    ours = model.encode(SAMPLES, "")
    theirs = original.encode(list(SAMPLES), normalize_embeddings=True, prompt="")
    difference = float(np.abs(ours - theirs).max())
    if not difference <= TOLERANCE:
        raise Broken(
            f"The ONNX export differs from sentence-transformers by {difference:.2e}, allowed is {TOLERANCE:.0e}. Use another model."
        )


if __name__ == "__main__":
    try:
        export(Path(sys.argv[1]), Path(sys.argv[2]), (sys.argv[3], sys.argv[4]))
    except Broken as error:
        sys.exit(error.message)
