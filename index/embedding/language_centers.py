"""What all texts of a language have in common, to be taken off the vectors of multilingual models.

Their vectors lie in a cone, and those of each language in a cone of its own: with multilingual-e5-small any two
texts have a cosine of at least .7, and a French question is nearer to every French text than to any English one.
The mean vector of sentences about everything (`neutral_sample.toml`) shows where a cone lies. With it taken off, cosines of
texts that have nothing to do with each other are about 0, as those of all-MiniLM-L6-v2 are, and texts of two
languages can be compared: of 286 French questions about 48 FAQs that are there in English and in French, the
right FAQ comes first for .73, in French for .77 of them, where without this none comes first in English.
"""

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.arrays import Vectors
from townclerk.errors import Broken

FILE = "centers.npz"
"""Beside an exported model: `passages` and `questions`, the mean vectors of each language, and `languages`, their codes."""
SAMPLE = Path(__file__).with_name("neutral_sample.toml")
QUESTION_SHARE = 0.8
"""How much of the mean is taken off a question. With all of it, right first answers of two English sets lose .01."""
CONE = 0.3
"""Mean cosine of two English sentences of the sample from which a model needs this; below, nothing is taken off."""
SPREAD = 1.37
"""How many times as far apart cosines lie of a model that needs none, so that one set of numbers says for both how near is near.

The median best cosine of 300 questions that the demo cities answer is .60 with all-MiniLM-L6-v2, .44 with multilingual-e5-small.
"""


class LanguageCenters:
    """Moves unit vectors of one model to where languages are alike."""

    def __init__(self, folder: Path) -> None:
        """Raises Broken when the file is missing or damaged."""
        try:
            with np.load(folder / FILE) as stored:
                passages, questions = stored["passages"], stored["questions"]
                self._passages: dict[str, Vectors] = dict(zip(stored["languages"].tolist(), passages, strict=True))
        except (OSError, ValueError, KeyError) as error:
            raise Broken(
                f"{folder / FILE} is damaged. Delete the folder {folder}; it is made again at the next start."
            ) from error
        self._passage, self._question = passages.mean(axis=0), questions.mean(axis=0)
        self.spread = 1.0 if passages.any() else SPREAD

    def passages(self, vectors: Vectors, language: str) -> Vectors:
        """(n, dimension) unit vectors of texts in a language, moved; the mean of all languages is taken for an unknown one."""
        center = self._passages.get(language.split("-")[0].lower(), self._passage)
        return _moved(vectors, center)

    def questions(self, vectors: Vectors) -> Vectors:
        """(n, dimension) unit vectors of questions, moved. Their language is not asked for: they are too short to tell."""
        return _moved(vectors, QUESTION_SHARE * self._question)


def measure(encode: Callable[[Sequence[str], str], Vectors], prompts: tuple[str, str], folder: Path) -> None:
    """Write the file for a model; `encode` takes texts and one of the `prompts` (of questions, of passages)."""
    sample: dict[str, list[str]] = tomllib.loads(SAMPLE.read_text())
    questions, passages = (
        np.stack([encode(texts, prompt).mean(axis=0) for texts in sample.values()]) for prompt in prompts
    )
    english = questions[list(sample).index("en")]
    needed = float(english @ english) >= CONE
    np.savez(folder / FILE, languages=list(sample), questions=questions * needed, passages=passages * needed)


def _moved(vectors: Vectors, center: Vectors) -> Vectors:
    moved = vectors - center
    lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
    unit: Vectors = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
