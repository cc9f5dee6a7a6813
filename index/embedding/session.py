"""An exported model, opened in ONNX Runtime."""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from index.passages.document import Vectors


class Inference:
    """Token ids to vectors. Safe to use from several threads."""

    def __init__(self, path: Path, *, threads: int, joining: Literal["BASIC", "EXTENDED"] = "EXTENDED") -> None:
        """`joining` says how far steps are joined to larger ones. Raises what ONNX Runtime raises when it cannot be opened."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # The level above, "ALL", gives the same vectors as fast and takes .3 s longer to open.
        options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, f"ORT_ENABLE_{joining}")
        options.intra_op_num_threads = threads
        # Where a processor's sums of products of bytes may overflow (AVX2 without VNNI), take a slower way that cannot.
        options.add_session_config_entry("session.x64quantprecision", "1")
        self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._inputs = [i.name for i in self._session.get_inputs()]

    def vectors(self, rows: list[list[int]], *, length: int) -> Vectors:
        """One vector for each row of token ids, none of them longer than `length`."""
        ids = np.zeros((len(rows), max(length, 1)), np.int64)
        mask = np.zeros_like(ids)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found: Vectors = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        return found
