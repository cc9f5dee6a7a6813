"""The 8-bit form of small graphs made by hand: products that share an input, and a matrix that two products share."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.embedding import quantize
from index.embedding.encoder import open_encoder
from townclerk.settings import Settings

WIDTH, WIDE = 32, 64
Weights = NDArray[np.float32]


def written(folder: Path, settings: Settings, *nodes: Any, weights: dict[str, Weights]) -> Path:
    """A model of these steps, from "read", the vectors of the tokens, to "vector"."""
    rng = np.random.default_rng(1)
    table = rng.standard_normal((30_522, WIDTH)).astype(np.float32)
    table[:, 3] *= 20  # one channel larger than all others, as transformers have them
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"]) for n in ("input_ids",)]
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", "length", None])
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["read"]), *nodes], "made by hand", inputs, [output],
        [numpy_helper.from_array(values, name) for name, values in {"table": table, **weights}.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    encoder = open_encoder(settings)
    shutil.copy(settings.home / "models" / encoder.id / "tokenizer.json", folder)
    (folder / "model.json").write_text(json.dumps({"attention_heads": 0, "width": WIDTH}))
    return folder / "model.onnx"


def random(rows: int, columns: int, seed: int) -> Weights:
    return np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)


def run(path: Path) -> Weights:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found: Weights = session.run(None, {"input_ids": np.array([[101, 2043, 2003, 11350, 102]], np.int64)})[0]
    return found


def steps(path: Path) -> list[str]:
    return [node.op_type for node in onnx.load(str(path)).graph.node]


def near(one: Weights, other: Weights) -> float:
    return float((one * other).sum() / np.linalg.norm(one) / np.linalg.norm(other))


def test_products_of_one_input_share_its_smoothing_and_narrowing_ones_go_by_runs(
    tmp_path: Path, settings: Settings
) -> None:
    model = written(
        tmp_path, settings,
        helper.make_node("MatMul", ["read", "left"], ["a"]),
        helper.make_node("MatMul", ["read", "right"], ["b"]),
        helper.make_node("Mul", ["a", "b"], ["c"]),
        helper.make_node("MatMul", ["c", "narrow"], ["vector"]),
        weights={"left": random(WIDTH, WIDE, 2), "right": random(WIDTH, WIDE, 3), "narrow": random(WIDE, WIDTH, 4)},
    )  # fmt: skip
    quantize.write(model, tmp_path / "made.onnx")
    made = steps(tmp_path / "made.onnx")
    assert (made.count("DynamicQuantizeMatMul"), made.count("MatMulNBits"), made.count("MatMul")) == (2, 1, 0)
    assert made.count("Mul") == 2, "one smoothing for both, and the product that was there"
    assert near(run(model), run(tmp_path / "made.onnx")) > 0.995
    assert (tmp_path / "made.onnx").stat().st_size < model.stat().st_size
    assert list(tmp_path.glob("*.tmp")) == []


def test_a_matrix_that_two_products_share_is_rounded_for_each(tmp_path: Path, settings: Settings) -> None:
    model = written(
        tmp_path, settings,
        helper.make_node("MatMul", ["read", "shared"], ["a"]),
        helper.make_node("Tanh", ["a"], ["b"]),
        helper.make_node("MatMul", ["b", "shared"], ["vector"]),
        weights={"shared": random(WIDTH, WIDTH, 5)},
    )  # fmt: skip
    quantize.write(model, tmp_path / "made.onnx")
    assert steps(tmp_path / "made.onnx").count("DynamicQuantizeMatMul") == 2
    assert near(run(model), run(tmp_path / "made.onnx")) > 0.98


def test_a_model_without_matrices_is_told_and_nothing_is_written(tmp_path: Path, settings: Settings) -> None:
    model = written(tmp_path, settings, helper.make_node("Tanh", ["read"], ["vector"]), weights={})
    with pytest.raises(SystemExit, match="TOWNCLERK_QUESTIONS_IN=fp32"):
        quantize.write(model, tmp_path / "made.onnx")
    assert not (tmp_path / "made.onnx").exists()
