"""Tokens of passages and of questions, made small, are near each other where they mean the same."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.arrays import Vectors
from index.embedding import token_vectors
from index.embedding.encoder import OnnxEncoder, open_encoder
from index.embedding.models import E5
from index.embedding.token_vectors import FILE, NO_TOKENS, NOTHING_ASKED, SURPRISE, WIDTH, QuestionTokens, TokenVectors
from townclerk.errors import Broken
from townclerk.settings import Settings

DIMENSION = 96
VOCABULARY = [["<s>", 0.0], ["▁the", -7.3], ["▁dog", -11.5], ["▁pool", -12.0], ["•", -13.0], ["▁can", -9.5]]
THE, DOG, POOL, DOT, CAN = range(1, 6)
MEANS = np.random.default_rng(1).standard_normal((len(VOCABULARY), DIMENSION)).astype(np.float32)
"""What the states of each token are about."""


def states(texts: Sequence[str], prompt: str) -> list[tuple[Vectors, list[int]]]:
    """Noise for a sample, another for each prompt and text, about a point away from 0."""
    rng = np.random.default_rng(len(prompt))
    return [(3 + rng.standard_normal((8, DIMENSION)).astype(np.float32), [DOG] * 8) for _ in texts]


def stated(ids: Sequence[int], seed: int) -> Vectors:
    noise = np.random.default_rng(seed).standard_normal((len(ids), DIMENSION)).astype(np.float32)
    return 3 + MEANS[[*ids]] + 0.1 * noise


def measured(folder: Path, kind: str = "Unigram") -> TokenVectors:
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"type": kind, "vocab": VOCABULARY}}))
    token_vectors.measure(states, ("q: ", "p: "), folder)
    return TokenVectors(folder)


def test_tokens_that_say_something_are_kept_in_8_bits(tmp_path: Path) -> None:
    made = measured(tmp_path)
    found = made.passage(stated([0, THE, DOG, DOT, POOL], 1), [0, THE, DOG, DOT, POOL])
    assert found.dtype == np.int8
    assert found.shape == (2, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(found.astype(np.float32), axis=1), 127, rtol=0.02)


def test_a_rare_token_counts_more(tmp_path: Path) -> None:
    asked = measured(tmp_path).question(stated([THE, CAN, DOG], 2), [THE, CAN, DOG])
    assert asked.vectors.shape == (2, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(asked.vectors, axis=1), 1, atol=1e-5)
    rare, common = 11.5 - SURPRISE, 9.5 - SURPRISE
    np.testing.assert_allclose(asked.weights, np.array([common, rare]) / (rare + common), atol=1e-3)


def test_the_passage_that_has_the_tokens_is_nearer(tmp_path: Path) -> None:
    made = measured(tmp_path)
    asked = made.question(stated([DOG], 3), [DOG])
    both, other = (made.passage(stated(ids, 4), ids) for ids in ([POOL, DOG], [POOL]))
    assert asked.nearness(both) > 0.9 > 0.3 > asked.nearness(other)


def test_a_tokenizer_that_knows_no_frequencies_gives_nothing_to_compare(tmp_path: Path) -> None:
    made = measured(tmp_path, kind="WordPiece")
    assert made.passage(stated([DOG], 1), [DOG]) is NO_TOKENS
    assert made.question(stated([DOG], 1), [DOG]) is NOTHING_ASKED
    assert NOTHING_ASKED.nearness(NO_TOKENS) == 0
    assert QuestionTokens(np.ones((1, WIDTH), np.float32), np.ones(1, np.float32)).nearness(NO_TOKENS) == 0


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"PK broken")
    with pytest.raises(Broken, match="made again at the next start"):
        TokenVectors(tmp_path)


# The encoder takes 600 MB, and half a minute to export.
@pytest.mark.system
@pytest.mark.timeout(300)
def test_a_passage_of_the_model_is_nearest_that_says_each_word(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    assert pytestconfig.cache is not None
    (tmp_path / "models").symlink_to(pytestconfig.cache.mkdir("models"))
    encoder = open_encoder(Settings.model_validate({"home": tmp_path, "model": E5}))
    texts = [
        "A parking permit for residents is $30 a year.",
        "Permits. Deck or porch: $60. Shed: $45. Fence: $20.",
        "The library is open on Saturday from 9 to 2.",
    ]
    for question, right in (("how much is a permit for a deck", 1), ("¿a qué hora abre la biblioteca?", 2)):
        assert nearest(encoder, question, texts) == right


def nearest(encoder: OnnxEncoder, question: str, texts: Sequence[str]) -> int:
    asked = encoder.query_tokens(question)
    found = encoder.with_parts(texts, [()] * len(texts), "en")
    return int(np.argmax([asked.nearness(tokens) for _, tokens in found]))
