"""Vectors of sentences from one run of the model over the passage they stand in."""

from pathlib import Path

import numpy as np
import pytest

from index.embedding.encoder import OnnxEncoder, open_encoder
from index.embedding.late_chunks import pooled, within
from tests.index.embedding.test_models import random_model
from townclerk.settings import Settings

TITLE = "Swimming pool > Prices\n"
BODY = f"{TITLE}Children pay two dollars. The pool is closed on Monday."
PARTS = [(23, 48), (49, 79)]


@pytest.fixture
def encoder(settings: Settings) -> OnnxEncoder:
    return open_encoder(settings)


def test_tokens_belong_to_the_parts_in_which_they_end() -> None:
    ends = [0, 4, 9, 10, 15, 0]
    inside = within(ends, [(0, 4), (4, 10), (11, 15), (16, 20)])
    assert inside.tolist() == [
        [1, 1, 1, 1, 1, 1],
        [0, 1, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 0],
        [0, 0, 0, 0, 1, 0],
        [1, 1, 1, 1, 1, 1],
    ]


def test_a_part_has_the_mean_of_its_tokens_at_unit_length() -> None:
    states = np.array([[9, 9], [4, 0], [0, 4]], np.float32)
    inside = within([0, 3, 7], [(0, 3), (0, 7)])
    expected = np.array([[0.7071, 0.7071], [1, 0], [0.7071, 0.7071]])
    np.testing.assert_allclose(pooled(states, inside), expected, atol=1e-4)


def test_the_whole_is_the_same_and_its_sentences_are_read_in_their_context(encoder: OnnxEncoder) -> None:
    [(vectors, _)] = encoder.with_parts([BODY], [PARTS], "en")
    np.testing.assert_allclose(vectors[0], encoder.passages([BODY])[0], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = encoder.passages([BODY[a:b] for a, b in PARTS])
    asked = encoder.query("swimming pool prices for children")
    assert vectors[1] @ asked > max(vectors[2] @ asked, alone[0] @ asked + 0.1), "the title says what it is about"


def test_they_do_not_depend_on_the_batch(encoder: OnnxEncoder) -> None:
    texts, parts = [BODY, "ok", "Trash is collected. " * 50], [PARTS, [(0, 2)], []]
    together = encoder.with_parts(texts, parts, "en")
    assert [len(vectors) for vectors, _ in together] == [3, 2, 1]
    for text, own, (vectors, _) in zip(texts, parts, together, strict=True):
        np.testing.assert_allclose(vectors, encoder.with_parts([text], [own], "en")[0].vectors, atol=1e-5)
    assert encoder.with_parts([], [], "en") == []


def test_a_sentence_past_the_window_has_the_vector_of_the_whole(encoder: OnnxEncoder) -> None:
    text = "Trash is collected on Monday. " * 80
    [(vectors, _)] = encoder.with_parts([text], [[(0, 29), (len(text) - 30, len(text) - 1)]], "en")
    np.testing.assert_allclose(vectors[2], vectors[0], atol=1e-6)
    assert vectors[1] @ vectors[0] < 0.999


def test_a_model_that_takes_no_mean_reads_each_sentence_below_what_stands_above(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "bge-tiny"
    random_model(folder, kind="Bert", pooling="cls")
    encoder = open_encoder(settings.model_copy(update={"home": tmp_path / "home", "model": str(folder)}))
    [(vectors, _)] = encoder.with_parts([BODY], [PARTS], "en")
    alone = encoder.passages([BODY, *(TITLE + BODY[a:b] for a, b in PARTS)])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
