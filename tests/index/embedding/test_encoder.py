"""The encoder: the real bundled model through our own export."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedding import models
from index.embedding.encoder import Encoder, OnnxEncoder, open_encoder
from index.embedding.gpu import on_gpu
from index.embedding.models import DATA
from tests.index.toy import ToyEncoder
from townclerk.errors import Broken
from townclerk.settings import Settings

TEXTS = [
    "How do I get a dog license?",
    "ok",
    "Trash is collected on Monday before 7 a.m. " * 60,
    "¿Dónde pago el agua?",
]


@pytest.fixture
def encoder(settings: Settings) -> OnnxEncoder:
    return open_encoder(settings)


class TestEveryEncoder:
    """What the index relies on, whichever encoder it has."""

    @pytest.fixture(params=["onnx", "toy", "bulk"])
    def encoder(self, request: pytest.FixtureRequest, settings: Settings) -> Encoder:
        if request.param == "toy":
            return ToyEncoder()
        return on_gpu(open_encoder(settings), Path("unused") if request.param == "bulk" else None)

    def test_vectors_are_unit_length_and_do_not_depend_on_the_batch(self, encoder: Encoder) -> None:
        together = encoder.passages(TEXTS)
        alone = np.stack([encoder.passages([text])[0] for text in TEXTS])
        assert together.shape == (4, encoder.dimension)
        assert together.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(together, alone, atol=1e-5)

    def test_nothing_has_no_vectors(self, encoder: Encoder) -> None:
        assert encoder.passages([]).shape == (0, encoder.dimension)
        assert len(encoder.words([])) == 0
        assert encoder.tokens([]) == []

    def test_a_question_is_nearest_to_the_passage_about_it(self, encoder: Encoder) -> None:
        question = encoder.query("Where can I pay my water bill?")
        assert question.shape == (encoder.dimension,)
        assert question.dtype == np.float32
        near, far = encoder.passages(["The water bill is paid at City Hall.", "The museum shows paintings."])
        assert question @ near > question @ far + 0.2

    def test_longer_texts_have_more_tokens(self, encoder: Encoder) -> None:
        counts = encoder.tokens(["trash", "trash is collected", "trash is collected on every second Monday"])
        assert counts == sorted(counts)
        assert 0 < counts[0] < counts[-1] < encoder.window

    def test_words_have_a_vector_each(self, encoder: Encoder) -> None:
        vectors = encoder.words(["trash", "museum"])
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
        np.testing.assert_allclose(vectors[1:], encoder.words(["museum"]), atol=1e-6)


def test_the_vectors_are_those_of_sentence_transformers(encoder: OnnxEncoder) -> None:
    code = (
        "import sys, json; from sentence_transformers import SentenceTransformer as S; "
        "m = S(sys.argv[1], device='cpu', local_files_only=True); "
        "print(json.dumps(m.encode(json.loads(sys.argv[2]), normalize_embeddings=True).tolist()))"
    )
    arguments = [sys.executable, "-W", "ignore", "-c", code, str(models.minilm_folder()), json.dumps(TEXTS)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=110, check=True)
    theirs = np.array(json.loads(done.stdout.splitlines()[-1]))
    np.testing.assert_allclose(encoder.model.encode(TEXTS, ""), theirs, atol=1e-5)


def test_the_window_is_256_tokens_although_the_tokenizer_file_says_less(encoder: OnnxEncoder) -> None:
    start = "The office is open. " * 40
    assert 128 < encoder.tokens([start])[0] < 254
    assert abs(float(encoder.passages([start + "Dogs need rabies shots."])[0] @ encoder.passages([start])[0])) < 0.9999


def test_like_meanings_are_near(encoder: OnnxEncoder) -> None:
    asked = encoder.query("Where can I pay my water bill?")
    near, far = encoder.passages(["Utility payments are accepted at City Hall.", "The museum shows paintings."])
    assert asked @ near > asked @ far + 0.2


def test_a_repeated_question_is_remembered(encoder: OnnxEncoder) -> None:
    assert encoder.query("water bill") is encoder.query("water bill")


def test_serving_does_not_load_torch(settings: Settings, encoder: OnnxEncoder) -> None:
    code = (
        "import sys; from townclerk.settings import load; from index.embedding.encoder import open_encoder; "
        "open_encoder(load()).query('hello'); print([m for m in ('torch', 'transformers') if m in sys.modules])"
    )
    environment = {"TOWNCLERK_HOME": str(settings.home), "TOWNCLERK_MODEL": settings.model, "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["model.onnx", DATA])
def test_a_damaged_export_is_refused_with_what_to_do(
    tmp_path: Path, encoder: OnnxEncoder, settings: Settings, name: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(settings.home / "models" / encoder.id, folder)
    OnnxEncoder(folder, id="x")
    with (folder / name).open("r+b") as file:
        file.seek(-5, os.SEEK_END)
        file.write(b"wrong")
    with pytest.raises(Broken, match=f"{name} is damaged. Delete the folder"):
        OnnxEncoder(folder, id="x")
    (folder / name).unlink()
    with pytest.raises(Broken, match=f"{name} is damaged. Delete the folder"):
        OnnxEncoder(folder, id="x")
