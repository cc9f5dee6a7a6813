"""Many passages embedded elsewhere: the same vectors, and the CPU when anything is wrong there."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from index.arrays import Vectors
from index.embedding import gpu
from index.embedding.encoder import Encoder, OnnxEncoder, open_encoder
from index.embedding.gpu import GpuEncoder, gpu_model, load_model, on_gpu
from index.embedding.models import minilm_folder
from tests.index.toy import ToyEncoder
from townclerk.settings import Settings

TEXTS = [f"Permit {n} costs {n} dollars. " * (1 + n % 60) for n in range(12)]
PARTS = [[(0, len(text) // 2)] for text in TEXTS]


@pytest.fixture
def encoder(settings: Settings) -> OnnxEncoder:
    return open_encoder(settings)


class Other:
    """In the place of a GPU: the model on the CPU, whose numbers can be off and which can fail."""

    def __init__(self, encoder: OnnxEncoder, *, off: float = 0.0, fails: bool = False) -> None:
        self._model = load_model(minilm_folder(), encoder.window, device="cpu")
        self._off, self._fails = off, fails
        self.asked: list[int] = []

    def encode(self, texts: Sequence[str], **options: Any) -> Any:
        self.asked.append(len(texts))
        if self._fails and len(self.asked) > 1:
            raise RuntimeError("CUDA out\nof memory")
        return [states + self._off for states in self._model.encode(texts, **options)]


def with_model(encoder: OnnxEncoder, model: Other) -> GpuEncoder:
    return GpuEncoder(encoder, lambda: model, large=3)


def parted(encoder: Encoder, texts: Sequence[str] = TEXTS) -> Vectors:
    return np.concatenate([each.vectors for each in encoder.with_parts(texts, PARTS[: len(texts)], "en")])


def test_sentence_transformers_gives_the_same_vectors(encoder: OnnxEncoder, caplog: pytest.LogCaptureFixture) -> None:
    model = Other(encoder)
    np.testing.assert_allclose(parted(with_model(encoder, model)), parted(encoder), atol=1e-5)
    assert model.asked == [len(gpu.SAMPLES), len(TEXTS)]
    assert not caplog.text


def test_only_many_are_embedded_there(encoder: OnnxEncoder) -> None:
    model = Other(encoder)
    made = with_model(encoder, model)
    parted(made, TEXTS[:2])
    np.testing.assert_array_equal(made.query("dog licence"), encoder.query("dog licence"))
    assert made.tokens(TEXTS) == encoder.tokens(TEXTS)
    assert model.asked == []
    parted(made)
    parted(made)
    assert model.asked == [len(gpu.SAMPLES), len(TEXTS), len(TEXTS)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"off": 0.01}, "its vectors differ from the exported model's by 5.2e-03"),
        ({"fails": True}, "CUDA out of memory"),
    ],
)
def test_what_is_wrong_there_is_told_once_and_the_cpu_does_it(
    wrong: dict[str, Any],
    said: str,
    encoder: OnnxEncoder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = with_model(encoder, Other(encoder, **wrong))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            np.testing.assert_array_equal(parted(made), parted(encoder))
    assert [record.getMessage() for record in caplog.records] == [
        f"Passages cannot be embedded on the GPU ({said}). They are embedded on the CPU."
    ]


def test_it_is_used_where_a_gpu_is_seen_and_allowed(
    encoder: OnnxEncoder, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert gpu_model(settings) is None
    assert on_gpu(encoder, None) is encoder
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert gpu_model(settings.model_copy(update={"vector_device": "cpu"})) is None
    toy = ToyEncoder()
    assert on_gpu(toy, gpu_model(settings)) is toy
    assert isinstance(on_gpu(encoder, gpu_model(settings)), GpuEncoder)
