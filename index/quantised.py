"""The model a second time for questions: its matrices in 8 bits, in half the time.

Each run of 64 weights of a column has its own scale, and what is multiplied with it is rounded
to 8 bits by runs of 64 too (`MatMulNBits` of ONNX Runtime), so the vector of a question does not
depend on what else is asked. Passages keep their exact vectors. On one core a question takes 2.6 ms
instead of 5.3; its vector has a cosine of .9995 with the exact one (.997 for a single word). Of
3,340 questions of four public sets, 17 get another first answer: three right ones came, six went.
Rounding whole matrices (the usual dynamic quantisation) takes 2.2 ms, with .994: there 58 do.

Runs in a process of its own (`python -m index.quantised MODEL.onnx TARGET.onnx`).
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

RUN = 64
"""Weights that share a scale."""
_ZERO = 128
_DOMAIN = "com.microsoft"


def write(model: Path, target: Path) -> None:
    """Write the 8-bit form of an exported model, complete or not at all."""
    made = onnx.load(str(model))
    matrices = {each.name: each for each in made.graph.initializer if len(each.dims) == 2}
    nodes: list[onnx.NodeProto] = []
    taken: set[str] = set()
    for node in made.graph.node:
        if node.op_type != "MatMul" or node.input[1] not in matrices:
            nodes.append(node)
            continue
        name = node.input[1]
        if name not in taken:
            made.graph.initializer.extend(_packed(name, numpy_helper.to_array(matrices[name])))
        taken.add(name)
        nodes.append(_product(node, list(matrices[name].dims)))
    kept = [each for each in made.graph.initializer if each.name not in taken]
    del made.graph.node[:], made.graph.initializer[:]
    made.graph.node.extend(nodes)
    made.graph.initializer.extend(kept)
    made.opset_import.append(helper.make_opsetid(_DOMAIN, 1))
    half = target.with_suffix(".tmp")
    onnx.save(made, str(half))
    half.replace(target)


def _packed(name: str, weights: NDArray[np.float32]) -> Iterator[onnx.TensorProto]:
    """The weights of a matrix by column and run as bytes around 128, and the scale of each run."""
    rows, columns = weights.shape
    runs = -(-rows // RUN)
    padded = np.zeros((columns, runs * RUN), np.float32)
    padded[:, :rows] = weights.T
    cut = padded.reshape(columns, runs, RUN)
    scales = np.maximum(np.abs(cut).max(axis=-1) / 127, 1e-12).astype(np.float32)
    rounded = np.clip(np.round(cut / scales[..., None]), -127, 127) + _ZERO
    yield numpy_helper.from_array(rounded.astype(np.uint8), f"{name}.bytes")
    yield numpy_helper.from_array(scales, f"{name}.scales")


def _product(node: onnx.NodeProto, shape: list[int]) -> onnx.NodeProto:
    name = node.input[1]
    return helper.make_node(
        "MatMulNBits",
        [node.input[0], f"{name}.bytes", f"{name}.scales"],
        list(node.output),
        name=node.name,
        domain=_DOMAIN,
        K=shape[0],
        N=shape[1],
        bits=8,
        block_size=RUN,
        accuracy_level=4,
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
