"""Texts of several languages are comparable once what each language has in common is taken off."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from index.arrays import Vectors
from index.embedding.encoder import OnnxEncoder, open_encoder
from index.embedding.language_centers import FILE, SAMPLE, LanguageCenters, measure
from index.embedding.models import E5
from townclerk.errors import Broken
from townclerk.settings import Settings

# The encoder takes 600 MB, and half a minute to export.
pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
QUESTIONS = {
    "en": ["When is trash collected?", "How do I get a dog license?", "Where can I vote?"],
    "es": ["¿Cuándo recogen la basura?", "¿Cómo saco la licencia de un perro?", "¿Dónde puedo votar?"],
    "fr": ["Quand passent les poubelles ?", "Comment obtenir une licence de chien ?", "Où puis-je voter ?"],
}
PASSAGES = {
    "en": [
        "Garbage is picked up on Monday morning.",
        "Dog owners buy a license from the county for $12.",
        "Polling places are open on election day.",
    ],
    "es": [
        "La basura se recoge los lunes por la mañana.",
        "Los dueños de perros compran la licencia en el condado por $12.",
        "Los centros de votación abren el día de las elecciones.",
    ],
}


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> OnnxEncoder:
    """multilingual-e5-small."""
    assert pytestconfig.cache is not None
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(pytestconfig.cache.mkdir("models"))
    return open_encoder(Settings.model_validate({"home": home, "model": E5}))


def test_the_sample_says_the_same_in_every_language() -> None:
    sample = tomllib.loads(SAMPLE.read_text())
    assert {"en", "es", "fr", "vi", "zh", "tl", "ar", "ht"} <= sample.keys()
    assert {len(texts) for texts in sample.values()} == {len(sample["en"])}


@pytest.mark.timeout(600)  # the first test that needs the model exports it
def test_the_passage_that_answers_is_found_from_every_language(multilingual: OnnxEncoder) -> None:
    vectors = np.concatenate([multilingual.passages(texts, language) for language, texts in PASSAGES.items()])
    for language, questions in QUESTIONS.items():
        for i, question in enumerate(questions):
            cosines = vectors @ multilingual.query(question)
            right = {i, i + 3}
            assert set(np.argsort(-cosines)[:2].tolist()) == right, (language, question, cosines.round(2))


def test_texts_that_have_nothing_to_do_with_each_other_have_a_cosine_about_0(multilingual: OnnxEncoder) -> None:
    vectors = np.concatenate([multilingual.passages(texts, language) for language, texts in PASSAGES.items()])
    cosines = vectors @ multilingual.query("Who won the chess game last night?")
    assert np.abs(cosines).max() < 0.3


def test_a_language_that_is_not_in_the_sample_gets_the_mean_of_all(tmp_path: Path) -> None:
    languages = list(tomllib.loads(SAMPLE.read_text()))

    def encode(texts: list[str], prompt: str) -> Vectors:
        rows = 1 + np.random.default_rng(len("".join(texts) + prompt)).standard_normal((len(texts), 8))  # in a cone
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit

    measure(encode, ("q: ", "p: "), tmp_path)  # type: ignore[arg-type]
    centers = LanguageCenters(tmp_path)
    vectors = encode(["one", "two"], "")
    others = [centers.passages(vectors, code) for code in languages]
    for unknown in ("xx", ""):
        moved = centers.passages(vectors, unknown)
        assert not any(np.allclose(moved, other) for other in others)
        np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(centers.passages(vectors, "es-MX"), centers.passages(vectors, "es"))


def test_a_model_without_a_cone_is_left_as_it_is(settings: Settings) -> None:
    encoder = open_encoder(settings)
    texts = QUESTIONS["es"]
    np.testing.assert_allclose(encoder.passages(texts, "es"), encoder.model.encode(texts, ""), atol=1e-6)
    np.testing.assert_allclose(encoder.query(texts[0]), encoder.model.read(texts[0], "")[0], atol=1e-6)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"PK broken")
    with pytest.raises(Broken, match="made again at the next start"):
        LanguageCenters(tmp_path)
