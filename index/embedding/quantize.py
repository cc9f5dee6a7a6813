"""The model a second time for questions: its matrices in 8 bits, in less than half of the time.

Four things make it quicker: attention as one step (ONNX Runtime's own optimizer), no steps for padding (see
`unpadded`), weights in 8 bits, and numbers that are multiplied with them rounded to 8 bits too. Two kinds of product are used:

- Most matrices have one scale a column, and all their inputs one scale (`DynamicQuantizeMatMul`). A few
  channels of a transformer are many times larger than the others and would take all of that scale, so each
  channel is divided by s and its row of weights multiplied by it (SmoothQuant, Xiao et al. 2023, eq. 4):

      s = max|input|^a / max|weight|^(1 - a),   a = .65, the maxima over `SAMPLES`

- Matrices that narrow (the second of each feed-forward layer) get inputs that differ widely from token to
  token, so every 256 weights of a column and every 256 inputs have a scale of their own (`MatMulNBits`).

Passages keep their exact vectors. On one core a question of 20 tokens takes 2.1 ms at best, where the exact model takes
5.0; its vector has a cosine of .9995 with the exact one (.997 for "ok"), and 21 of 3,611 questions of five public
sets got another first answer. Every matrix of the second kind and attention in its parts took a tenth longer, all of the
first kind and not smoothed a third less, with a cosine of .994.

Runs in a process of its own (`python -m index.embedding.quantize MODEL.onnx TARGET.onnx`).
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnx.external_data_helper import load_external_data_for_tensor

from index.embedding.unpadded import unpadded

RUN = 256
"""Weights of a narrowing matrix that share a scale."""
SHARE = 0.65
"""How much of the differences between channels goes to the weights."""
TOLERANCE = 1e-5
"""How far the vectors of the samples may move when steps are left out."""
DOMAIN = "com.microsoft"
SAMPLES = (
    "when is recycling picked up?", "how do i pay my water bill", "Can I get a parking permit for my visitor next Saturday?",
    "dog license cost", "what time does the library close on Sundays", "my street light is out, who do I call?",
    "Do I need a building permit to replace a fence that is 6 feet high?", "trash day holiday", "phone number for the police, not an emergency",
    "How do I appeal a parking ticket that I got on Main St on 3/14?", "Where can I vote and what do I have to bring?",
    "¿Dónde puedo pagar la factura del agua?", "is the pool open", "how much is a marriage certificate and how long does it take",
    "What are the property tax rates for 2024, and can seniors get a discount on them?", "can't reach anyone at city hall!!",
)  # fmt: skip
"""Questions whose channels are measured. Any text shows the same channels as large."""

Weights = NDArray[np.float32]


def write(model: Path, target: Path) -> None:
    """Write the 8-bit form of an exported model, complete or not at all. What else was exported stands beside it."""
    made = _simplified(_fused(model), model.parent / "tokenizer.json")
    constants = {each.name: each for each in made.graph.initializer if len(each.dims) == 2}
    inputs: dict[str, list[onnx.NodeProto]] = {}
    for node in made.graph.node:
        if node.op_type == "MatMul" and node.input[1] in constants:
            inputs.setdefault(node.input[0], []).append(node)
    if not inputs:
        raise SystemExit(f"{model} multiplies with no matrix of its own. Set TOWNCLERK_QUESTIONS_IN=fp32.")
    largest = _largest(made, list(inputs), model.parent / "tokenizer.json")
    replaced: dict[str, list[onnx.NodeProto]] = {}
    for name, nodes in inputs.items():
        weights = [numpy_helper.to_array(constants[node.input[1]]) for node in nodes]
        steps, numbers = _products(name, nodes, weights, largest[name])
        replaced |= {node.output[0]: part for node, part in zip(nodes, steps, strict=True)}
        made.graph.initializer.extend(numbers)
    _put(made, replaced)
    _leave_there(made, model)
    half = target.with_suffix(".tmp")
    onnx.save(made, str(half))
    half.replace(target)


def _fused(model: Path) -> onnx.ModelProto:
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    options = FusionOptions("bert")
    options.use_multi_head_attention = True  # leaves the matrices before it as they are, to be rounded here
    options.enable_skip_layer_norm = False  # on CPUs three times slower than its parts
    told = json.loads((model.parent / "model.json").read_text())
    heads, width = told["attention_heads"], told["width"]
    # Zeros: let it find out. Of a model of another kind it fuses what it knows and leaves the rest.
    fitting = heads > 0 and width % heads == 0
    shape = {"num_heads": heads if fitting else 0, "hidden_size": width if fitting else 0}
    made: onnx.ModelProto = optimizer.optimize_model(
        str(model), model_type="bert", **shape, optimization_options=options, opt_level=0
    ).model
    return made


def _simplified(model: onnx.ModelProto, tokenizer: Path) -> onnx.ModelProto:
    """Without the steps that a question does not need, as it comes alone; unchanged where that would change what comes out."""
    names = [each.name for each in model.graph.output]
    before = list(_values(model, names, tokenizer))
    try:
        made = unpadded(model)
        after = list(_values(made, names, tokenizer))
    except Exception:  # whatever ONNX Runtime says of steps that are of another kind
        return model
    same = all(
        np.allclose(a, b, atol=TOLERANCE) for x, y in zip(before, after, strict=True) for a, b in zip(x, y, strict=True)
    )
    return made if same else model


def _largest(model: onnx.ModelProto, names: list[str], tokenizer: Path) -> dict[str, Weights]:
    """The largest magnitude in each channel of some values of the model, over the samples, by name."""
    told = onnx.ModelProto()
    told.CopyFrom(model)
    told.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    found: dict[str, Weights] = {}
    for values in _values(told, names, tokenizer):
        for name, value in zip(names, values, strict=True):
            by_channel = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            found[name] = np.maximum(found.get(name, by_channel), by_channel)
    return found


def _values(model: onnx.ModelProto, names: list[str], tokenizer: Path) -> Iterator[list[Weights]]:
    """Some values of a model for each of the samples."""
    import onnxruntime
    from tokenizers import Tokenizer

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    reader: Any = Tokenizer.from_file(str(tokenizer))
    reader.no_padding()
    for text in SAMPLES:
        ids = np.array([reader.encode(text).ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        yield session.run(names, {each.name: given[each.name] for each in session.get_inputs()})


def _products(
    name: str, nodes: list[onnx.NodeProto], weights: list[Weights], largest: Weights
) -> tuple[list[list[onnx.NodeProto]], list[onnx.TensorProto]]:
    """For each of the products of one input the steps in its place; and the numbers these need."""
    if any(len(matrix) > matrix.shape[1] for matrix in weights):
        found = [_by_runs(node, matrix) for node, matrix in zip(nodes, weights, strict=True)]
        return [[step] for step, _ in found], [number for _, numbers in found for number in numbers]
    heaviest = np.max([np.abs(matrix).max(axis=1) for matrix in weights], axis=0)
    smooth = np.maximum(largest, 1e-4) ** SHARE / np.maximum(heaviest, 1e-5) ** (1 - SHARE)
    smooth = (smooth / np.exp(np.log(smooth).mean())).astype(np.float32)
    numbers = [numpy_helper.from_array(1 / smooth, f"{name}.smooth")]
    steps = [[helper.make_node("Mul", [name, f"{name}.smooth"], [f"{name}.smoothed"])]]
    steps += [[] for _ in nodes[1:]]
    for node, matrix, into in zip(nodes, weights, steps, strict=True):
        # Named by what comes out: a matrix may be shared by products whose inputs differ.
        own, scale = node.output[0], np.maximum(np.abs(matrix * smooth[:, None]).max(axis=0) / 127, 1e-12)
        rounded = np.clip(np.round(matrix * smooth[:, None] / scale), -127, 127).astype(np.int8)
        numbers.append(numpy_helper.from_array(rounded, f"{own}.bytes"))
        numbers.append(numpy_helper.from_array(scale.astype(np.float32), f"{own}.scales"))
        given = [f"{name}.smoothed", f"{own}.bytes", f"{own}.scales"]
        into.append(helper.make_node("DynamicQuantizeMatMul", given, list(node.output), name=node.name, domain=DOMAIN))
    return steps, numbers


def _by_runs(node: onnx.NodeProto, matrix: Weights) -> tuple[onnx.NodeProto, list[onnx.TensorProto]]:
    """The weights by column and run as bytes around 128, and the scale of each run."""
    rows, columns = matrix.shape
    runs, name = -(-rows // RUN), node.output[0]
    padded = np.zeros((columns, runs * RUN), np.float32)
    padded[:, :rows] = matrix.T
    cut = padded.reshape(columns, runs, RUN)
    scales = np.maximum(np.abs(cut).max(axis=-1) / 127, 1e-12).astype(np.float32)
    rounded = (np.clip(np.round(cut / scales[..., None]), -127, 127) + 128).astype(np.uint8)
    numbers = [numpy_helper.from_array(rounded, f"{name}.bytes"), numpy_helper.from_array(scales, f"{name}.scales")]
    given = [node.input[0], f"{name}.bytes", f"{name}.scales"]
    kind: dict[str, Any] = {"K": rows, "N": columns, "bits": 8, "block_size": RUN, "accuracy_level": 4}
    return helper.make_node("MatMulNBits", given, list(node.output), name=node.name, domain=DOMAIN, **kind), numbers


def _put(model: onnx.ModelProto, replaced: dict[str, list[onnx.NodeProto]]) -> None:
    """Put the new steps where the old were; matrices that nothing reads any more go."""
    nodes = list(_with(model.graph.node, replaced))
    read = {name for node in nodes for name in node.input}
    kept = [each for each in model.graph.initializer if each.name in read]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(kept)
    if not any(each.domain == DOMAIN for each in model.opset_import):
        model.opset_import.append(helper.make_opsetid(DOMAIN, 1))


def _leave_there(made: onnx.ModelProto, model: Path) -> None:
    """Refer to the numbers that lie beside the model as they are, so that both forms map the same (the vectors of tokens)."""
    steps = onnx.load(str(model), load_external_data=False)
    beside = [each for each in steps.graph.initializer if each.data_location == onnx.TensorProto.EXTERNAL]
    where = {_digest(each): external for each, external in zip(_loaded(beside, model.parent), beside, strict=True)}
    for number in made.graph.initializer:
        found = where.get(_digest(number))
        if found is not None:
            number.ClearField("raw_data")
            number.ClearField("float_data")
            number.data_location = onnx.TensorProto.EXTERNAL
            number.external_data.extend(found.external_data)


def _loaded(numbers: list[onnx.TensorProto], folder: Path) -> Iterator[onnx.TensorProto]:
    for number in numbers:
        copy = onnx.TensorProto()
        copy.CopyFrom(number)
        load_external_data_for_tensor(copy, str(folder))
        yield copy


def _digest(number: onnx.TensorProto) -> tuple[tuple[int, ...], bytes]:
    values = numpy_helper.to_array(number)
    return (number.data_type, *number.dims), hashlib.sha256(np.ascontiguousarray(values).tobytes()).digest()


def _with(nodes: Any, replaced: dict[str, list[onnx.NodeProto]]) -> Iterator[onnx.NodeProto]:
    for node in nodes:
        yield from replaced.get(node.output[0], [node])


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
