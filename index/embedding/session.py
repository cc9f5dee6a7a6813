"""An exported model, opened in ONNX Runtime."""

from pathlib import Path
from typing import Any

import numpy as np

from index.arrays import Vectors


class OnnxSession:
    """Token ids to vectors. Safe to use from several threads."""

    def __init__(self, path: Path, *, threads: int) -> None:
        """Raises what ONNX Runtime raises when the file cannot be opened."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # The level above, "ALL", gives the same vectors as fast and takes .3 s longer to open.
        # Attention and layer norms fused by `onnxruntime.transformers.optimizer` save 1 % on one core: the matrices take the time.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.intra_op_num_threads = threads
        self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._inputs = [node.name for node in self._session.get_inputs()]

    def run(self, rows: list[list[int]]) -> tuple[Vectors, Vectors]:
        """For rows of token ids (n, dimension) their vectors, and (n, length, dimension) what the model gives for each token.

        Shorter rows are padded to the longest.
        """
        ids = np.zeros((len(rows), max(1, *map(len, rows))), np.int64)
        mask = np.zeros_like(ids)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
        values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        vectors, states = self._session.run(["vector", "states"], {name: values[name] for name in self._inputs})
        return vectors, states
