"""What the tokens of passages and of questions mean where they stand, made small enough to be kept.

For late interaction (see `index.ranking.late_interaction`), which compares them one by one. The states of the model that
gives the vectors of passages are used as they are: the mean of all languages is taken off, the axes along which the
tokens of a neutral sample differ most are kept, and a number takes 8 bits. A token says the more, the less often it is
met in all texts of all languages, which the unigram model of a SentencePiece tokenizer tells (Kudo 2018, arXiv
1804.10959). Other tokenizers do not know; with their models there is nothing to compare.
"""

import json
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.arrays import Vectors
from index.embedding.language_centers import SAMPLE
from townclerk.errors import Broken

FILE = "token_axes.npz"
"""Beside an exported model: `passages` and `questions`, the mean states, `axes` and `surprise`; see `TokenVectors`."""
WIDTH = 64
"""Numbers of a token. With all 384 as many first passages held the fact that was asked for, with 32 fewer."""
SURPRISE = 9.0
"""-ln of how often a token is met, from which it is kept: "dog" has 11.5, "can" 9.3, "the" 7.3."""
Tokens = NDArray[np.int8]
"""(n, WIDTH) vectors of length 127."""
States = Callable[[Sequence[str], str], list[tuple[Vectors, list[int]]]]
"""Given texts and their prompt, for each the states of its own tokens and their ids."""


class QuestionTokens(NamedTuple):
    """(n, WIDTH) unit vectors of a question's tokens, and (n,) what each of them counts; these sum to 1."""

    vectors: Vectors
    weights: Vectors

    def nearness(self, passage: Tokens) -> float:
        """The mean cosine of each token with the nearest one of a passage, at most 1; 0 where either has none."""
        if not len(self.weights) or not len(passage):
            return 0.0
        nearest = (self.vectors @ passage.T.astype(np.float32)).max(axis=1) / 127
        return float(nearest @ self.weights)


NO_TOKENS: Tokens = np.empty((0, WIDTH), np.int8)
NOTHING_ASKED = QuestionTokens(np.empty((0, WIDTH), np.float32), np.empty(0, np.float32))


class TokenVectors:
    """Makes the states of tokens small. `surprise` has a number for each token id, 0 for what has no letter or digit."""

    def __init__(self, folder: Path) -> None:
        """Raises Broken when the file is missing or damaged."""
        try:
            with np.load(folder / FILE) as stored:
                self._passages, self._questions = stored["passages"], stored["questions"]
                self._axes, self._surprise = stored["axes"], stored["surprise"]
        except (OSError, ValueError, KeyError) as error:
            raise Broken(
                f"{folder / FILE} is damaged. Delete the folder {folder}; it is made again at the next start."
            ) from error

    def passage(self, states: Vectors, ids: Sequence[int]) -> Tokens:
        """The tokens of a passage that say something, of the (n, dimension) states of its own tokens."""
        if not len(self._surprise):
            return NO_TOKENS
        kept = self._surprise[ids] > SURPRISE
        tokens: Tokens = np.rint(127 * self._small(states[kept], self._passages)).astype(np.int8)
        return tokens

    def question(self, states: Vectors, ids: Sequence[int]) -> QuestionTokens:
        """The same of a question."""
        if not len(self._surprise):
            return NOTHING_ASKED
        weights = np.maximum(self._surprise[ids].astype(np.float32) - SURPRISE, 0)
        kept = weights > 0
        return QuestionTokens(self._small(states[kept], self._questions), weights[kept] / max(weights.sum(), 1e-9))

    def _small(self, states: Vectors, mean: Vectors) -> Vectors:
        return _unit(_unit(states - mean) @ self._axes)


def measure(states: States, prompts: tuple[str, str], folder: Path) -> None:
    """Write the file for a model, whose tokenizer is in `folder`; `states` takes texts and one of the `prompts`."""
    surprise = _surprise(folder / "tokenizer.json")
    sample: dict[str, list[str]] = tomllib.loads(SAMPLE.read_text())
    questions, passages = (
        [np.concatenate([own for own, _ in states(texts, prompt)]) for texts in sample.values()] for prompt in prompts
    )
    # Centered by language, so that no axis is spent on telling languages apart.
    differing = _unit(np.concatenate([own - own.mean(axis=0) for own in passages]))
    axes = np.linalg.svd(differing, full_matrices=False)[2][:WIDTH].T
    means = (np.stack([own.mean(axis=0) for own in each]).mean(axis=0) for each in (passages, questions))
    np.savez(folder / FILE, axes=axes, surprise=surprise, **dict(zip(("passages", "questions"), means, strict=True)))


def _surprise(tokenizer: Path) -> NDArray[np.float16]:
    model = json.loads(tokenizer.read_text())["model"]
    known = model["vocab"] if model["type"] == "Unigram" else []
    told = [-score if any(map(str.isalnum, token)) else 0.0 for token, score in known]
    return np.array(told, np.float16)


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit
