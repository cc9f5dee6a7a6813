"""Turn a sentence-transformers model into an ONNX file, checked against the original.

Runs in a process of its own (`python -m index.embedding.export MODEL_FOLDER TARGET_FOLDER`): only
the export needs torch, and serving must not carry it. The export is refused when any
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

from index.embedding.models import DATA, FORMAT
from index.embedding.word_vectors import FILE, centered
from index.hashing import file_hash
from townclerk.errors import Broken

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

TOLERANCE = 1e-5
SAMPLES = (
    "How do I get a dog licence?",
    "ok",
    "The transfer station is open Tuesday to Saturday, 7:30 a.m. to 3 p.m. Stickers cost $25.00.",
    "¿Dónde puedo pagar la factura del agua? 1600 Main St., (555) 555-0100",
    "Permit, fee and inspection rules for decks, sheds, pools and fences. " * 40,
)


def export(model: Path, target: Path) -> None:
    """Write `model.onnx` with its numbers in `DATA`, `tokenizer.json` and `model.json` to `target`, complete or not at all."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(
        str(model), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
    )
    original.eval()
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=target.name + ".tmp-"))
    try:
        _write(original, work)
        original.tokenizer.backend_tokenizer.save(str(work / "tokenizer.json"))
        _write_tokens(original, work)
        _describe(original, work)
        _check(original, work)
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

        def forward(self, *values: "torch.Tensor") -> "torch.Tensor":
            features: dict[str, Any] = dict(zip(names, values, strict=True))
            for stage in self.stages:
                features = stage(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    sample = original.tokenizer(list(SAMPLES[:3]), padding=True, return_tensors="pt")
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in sample]
    axes = {name: {0: "batch", 1: "length"} for name in names} | {"vector": {0: "batch"}}
    # The newer exporter writes duplicate output names that ONNX Runtime rejects: dynamo=False.
    torch.onnx.export(
        Whole(),
        tuple(sample[name] for name in names),
        str(work / "model.onnx"),
        input_names=names,
        output_names=["vector"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    # Numbers beside the steps are mapped when it is opened; inside, they are read and copied: .19 s instead of .08, and 85 MB.
    whole = onnx.load(str(work / "model.onnx"))
    onnx.save(whole, str(work / "model.onnx"), save_as_external_data=True, location=DATA)


def _write_tokens(original: "SentenceTransformer", work: Path) -> None:
    transformer: Any = original[0].auto_model
    tokens = transformer.get_input_embeddings().weight.detach().float().numpy()
    np.save(work / FILE, centered(tokens))


def _describe(original: "SentenceTransformer", work: Path) -> None:
    prompts = original.prompts or {}
    description = {
        "dimension": original.get_embedding_dimension(),
        "window": min(int(original.max_seq_length or 256), 512),
        "query_prompt": prompts.get("query", ""),
        "passage_prompt": prompts.get("document", prompts.get("passage", "")),
        "sha256": {name: file_hash(work / name) for name in ("model.onnx", DATA)},
        "format": FORMAT,
    }
    (work / "model.json").write_text(json.dumps(description, indent=1))


def _check(original: "SentenceTransformer", work: Path) -> None:
    from index.embedding.encoder import OnnxEncoder

    ours = OnnxEncoder(work, id="check", threads=1).encode(SAMPLES, prompt="")
    theirs = original.encode(list(SAMPLES), normalize_embeddings=True, prompt="")
    difference = float(np.abs(ours - theirs).max())
    if not difference <= TOLERANCE:
        raise Broken(
            f"The ONNX export differs from sentence-transformers by {difference:.2e}, allowed is {TOLERANCE:.0e}. Use another model."
        )


if __name__ == "__main__":
    try:
        export(Path(sys.argv[1]), Path(sys.argv[2]))
    except Broken as error:
        sys.exit(error.message)
