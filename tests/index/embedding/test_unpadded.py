"""The steps that one text does not need: those of the real model, and small graphs made by hand."""

from collections import Counter
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.embedding import quantize
from index.embedding.encoder import EIGHT_BITS, open_encoder
from index.embedding.unpadded import MASK, unpadded
from townclerk.settings import Settings

WIDTH = 8
Values = NDArray[np.float32]
POOLED = [
    helper.make_node("Unsqueeze", ["attention_mask", "two"], ["wide"]),
    helper.make_node("Cast", ["wide"], ["mask"], to=TensorProto.FLOAT),
    helper.make_node("ReduceSum", ["mask", "one"], ["counted"], keepdims=0),
    helper.make_node("Clip", ["counted", "least", ""], ["tokens"]),
    helper.make_node("Mul", ["read", "mask"], ["masked"]),
    helper.make_node("ReduceSum", ["masked", "one"], ["summed"], keepdims=0),
    helper.make_node("Div", ["summed", "tokens"], ["mean"]),
]


def made(*nodes: Any) -> onnx.ModelProto:
    """A model of these steps, from "read", the vectors of the tokens, to "vector"."""
    inputs = [
        helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"])
        for n in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, None)
    numbers: dict[str, NDArray[Any]] = {
        "table": np.random.default_rng(1).standard_normal((50, WIDTH)).astype(np.float32),
        "one": np.array([1], np.int64), "two": np.array([2], np.int64), "least": np.array(1e-9, np.float32), "none": np.array(0, np.int64),
    }  # fmt: skip
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["read"]), *nodes], "made by hand", inputs, [output],
        [numpy_helper.from_array(values, name) for name, values in numbers.items()],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def divided(value: str, into: str) -> list[onnx.NodeProto]:
    """A vector divided by its length, as it is exported."""
    return [
        helper.make_node("ReduceL2", [value], [f"{into}.length"], axes=[-1], keepdims=1),
        helper.make_node("Clip", [f"{into}.length", "least", ""], [f"{into}.clipped"]),
        helper.make_node("Shape", [value], [f"{into}.shape"]),
        helper.make_node("Expand", [f"{into}.clipped", f"{into}.shape"], [f"{into}.spread"]),
        helper.make_node("Div", [value, f"{into}.spread"], [into]),
    ]


def run(model: onnx.ModelProto, ids: list[int]) -> Values:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    given = {"input_ids": np.array([ids], np.int64), "attention_mask": np.ones((1, len(ids)), np.int64)}
    given["token_type_ids"] = np.zeros_like(given["input_ids"])
    found: Values = session.run(None, {each.name: given[each.name] for each in session.get_inputs()})[0]
    return found


def steps(model: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in model.graph.node]


def test_a_mean_under_a_mask_divided_by_its_length_twice_is_three_steps() -> None:
    whole = made(
        *POOLED, helper.make_node("Concat", ["mean"], ["joined"], axis=1), *divided("joined", "unit"), *divided("unit", "vector")
    )  # fmt: skip
    left = unpadded(whole)
    assert steps(left) == ["Gather", "ReduceMean", "LpNormalization", "Identity"]
    assert [each.name for each in left.graph.input] == ["input_ids"]
    assert len(steps(whole)) == 19, "what is given stays as it is"
    for ids in ([7], [1, 2, 3], list(range(40))):
        np.testing.assert_allclose(run(left, ids), run(whole, ids), atol=1e-6)


@pytest.mark.parametrize(
    "nodes",
    [
        # The vector of the first token.
        [helper.make_node("Gather", ["read", "none"], ["vector"], axis=1)],
        # Tokens weighted by something of their own.
        [
            helper.make_node("Mul", ["read", "read"], ["masked"]),
            helper.make_node("ReduceSum", ["masked", "one"], ["summed"], keepdims=0),
            helper.make_node("ReduceSum", ["read", "one"], ["counted"], keepdims=0),
            helper.make_node("Div", ["summed", "counted"], ["vector"]),
        ],
        # The sum of all, each as often as the mask says, over dimensions and not tokens.
        [*POOLED[:5], helper.make_node("ReduceSum", ["masked", "two"], ["summed"], keepdims=0),
         helper.make_node("Squeeze", ["mask", "two"], ["flat"]), helper.make_node("Div", ["summed", "flat"], ["vector"])],
        # Divided by the length of another vector.
        [*divided("read", "unit")[:4], helper.make_node("Abs", ["read"], ["other"]), helper.make_node("Div", ["other", "unit.spread"], ["vector"])],
    ],
)  # fmt: skip
def test_other_steps_stay(nodes: list[onnx.NodeProto]) -> None:
    whole = made(*nodes)
    left = unpadded(whole)
    assert set(Counter(steps(left))) <= set(Counter(steps(whole)))
    for ids in ([7], [1, 2, 3]):
        np.testing.assert_allclose(run(left, ids), run(whole, ids), atol=1e-6)


def test_the_model_gives_the_same_vectors_without_a_sixth_of_its_steps(settings: Settings) -> None:
    folder = settings.home / "models" / open_encoder(settings).id
    whole = quantize._fused(folder / "model.onnx")
    left = unpadded(whole)
    assert len(steps(left)) < 0.85 * len(steps(whole))
    assert MASK not in {each.name for each in left.graph.input}
    for ids in ([101, 7592, 102], [101, *range(2000, 2040), 102]):
        np.testing.assert_allclose(run(left, ids), run(whole, ids), atol=1e-5)
    written = onnx.load(str(folder / EIGHT_BITS), load_external_data=False)
    assert MASK not in {each.name for each in written.graph.input}


def test_where_leaving_out_steps_changes_the_vectors_none_is_left_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = settings.home / "models" / open_encoder(settings).id
    whole = quantize._fused(folder / "model.onnx")
    assert quantize._simplified(whole, folder / "tokenizer.json") is not whole

    def wrong(model: onnx.ModelProto) -> onnx.ModelProto:
        left = unpadded(model)
        last = next(node for node in left.graph.node if "vector" in node.output)
        last.CopyFrom(helper.make_node("Neg", list(last.input), ["vector"]))
        return left

    def broken(model: onnx.ModelProto) -> onnx.ModelProto:
        left = unpadded(model)
        del left.graph.node[0]
        return left

    for stand_in in (wrong, broken):
        monkeypatch.setattr(quantize, "unpadded", stand_in)
        assert quantize._simplified(whole, folder / "tokenizer.json") is whole
