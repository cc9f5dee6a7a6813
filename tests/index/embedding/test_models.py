"""Which model is meant, what its prompts are, and models of every usual shape."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedding import models
from index.embedding.encoder import OnnxEncoder, open_encoder
from townclerk.errors import Broken
from townclerk.settings import Settings


def with_model(settings: Settings, model: str, **prompts: str) -> Settings:
    return settings.model_copy(update={"model": model, **prompts})


@pytest.mark.parametrize("setting", ["bundled", models.E5, models.MINILM])
def test_altered_weights_are_refused(
    setting: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr("index.embedding.models.minilm_folder", lambda: tmp_path)
    monkeypatch.setattr("index.embedding.models.e5_file", lambda: tmp_path / "model.safetensors")
    with pytest.raises(Broken, match=r"SHA-256 .*Install the package"):
        models.find(with_model(settings, setting))


def test_without_the_multilingual_package_the_english_model_is_the_bundled_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert models.find(with_model(settings, "bundled")).id.startswith(models.E5)
    monkeypatch.setattr("index.embedding.models.e5_file", lambda: None)
    assert models.find(with_model(settings, "bundled")) == models.find(with_model(settings, models.MINILM))


def test_without_its_package_the_multilingual_model_is_looked_for_like_any_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setattr("index.embedding.models.e5_file", lambda: None)
    with pytest.raises(Broken, match="neither a folder nor a model"):
        models.find(with_model(settings, models.E5))


@pytest.mark.parametrize("name", ["no/such-model", "/nowhere/at/all"])
def test_a_missing_model_is_named(
    name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(Broken, match="TOWNCLERK_MODEL"):
        models.find(with_model(settings, name))


@pytest.mark.parametrize(
    ("name", "described", "prompts"),
    [
        ("multilingual-e5-base", {}, ("query: ", "passage: ")),
        ("bge-small-en-v1.5", {}, ("Represent this sentence for searching relevant passages: ", "")),
        ("bge-m3", {}, ("", "")),
        ("gte-small", {}, ("", "")),
        ("own", {"query": "q: ", "document": "d: "}, ("q: ", "d: ")),
        ("e5-own", {"query": "q: ", "passage": "p: "}, ("q: ", "p: ")),
    ],
)
def test_prompts_are_those_of_the_model_or_its_family(
    name: str, described: dict[str, str], prompts: tuple[str, str], settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": described}))
    model = models.find(with_model(settings, str(folder)))
    assert (model.query_prompt, model.passage_prompt) == prompts
    other = models.find(with_model(settings, str(folder), passage_prompt="text: "))
    assert other.passage_prompt == "text: "
    assert other.id != model.id, "vectors made with another prompt must be made anew"


SHAPES: dict[str, dict[str, Any]] = {
    "bge": {"kind": "Bert", "pooling": "cls"},
    "mpnet": {"kind": "MPNet", "pooling": "mean"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_models_of_other_shapes_can_be_used(shape: str, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / f"{shape}-small-en"
    random_model(folder, **SHAPES[shape])
    settings = with_model(settings.model_copy(update={"home": tmp_path / "home"}), str(folder))
    exported = settings.home / "models" / models.find(settings).id
    if shape == "bge":
        export_of_an_earlier_version(exported)

    def opened(_: int) -> tuple[OnnxEncoder, int]:
        return open_encoder(settings), exported.stat().st_ino

    with ThreadPoolExecutor(2) as together:
        (encoder, first), (_, second) = together.map(opened, range(2))
    assert first == second, "it was exported twice"
    vectors = encoder.passages(["Where do I pay?", "A permit costs 20 dollars. " * 200])
    assert vectors.shape == (2, 32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.isfinite(encoder.query("dog license")).all()


def export_of_an_earlier_version(folder: Path) -> None:
    """It is made again."""
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"all in one file")
    (folder / "model.json").write_text(json.dumps({"sha256": "of model.onnx", "heads": 12}))


def random_model(folder: Path, *, kind: str, pooling: str) -> None:
    """A tiny untrained sentence-transformers model."""
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    tokens = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
        "h",
        "i",
        "k",
        "l",
        "n",
        "o",
        "p",
        "r",
        "s",
        "t",
        "u",
        "w",
        "0",
        "2",
    ]
    vocabulary = tokens + [f"##{token}" for token in tokens[5:]]
    tokenizer = transformers.BertTokenizer(vocab={token: i for i, token in enumerate(vocabulary)})
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        pad_token_id=0,
        max_position_embeddings=300,
    )
    work = folder.with_name(folder.name + "-work")
    getattr(transformers, f"{kind}Model")(config).save_pretrained(work)
    tokenizer.save_pretrained(work)
    transformer = Transformer(str(work), max_seq_length=256)
    SentenceTransformer(modules=[transformer, Pooling(32, pooling_mode=pooling)], device="cpu").save(str(folder))
