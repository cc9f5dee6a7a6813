"""Decompression that a bomb cannot blow up: bytes, ratio and number of gzip members are limited."""

import zlib

from townclerk.errors import TooLarge

MAX_RATIO = 100
"""Output per input byte. Text compresses about 5:1, machine-made markup rarely above 50:1."""
RATIO_FROM = 1_000_000
"""The ratio is checked from this many output bytes on: short pages of one repeated row are legitimate."""
MAX_MEMBERS = 100
_STEP = 64 * 1024


class Decompressor:
    """Decodes one `Content-Encoding` (gzip, deflate, identity) as a stream, up to `limit` bytes of output."""

    def __init__(self, encoding: str, *, limit: int) -> None:
        self._encoding = encoding
        self._limit = limit
        self._stream = self._new_stream() if encoding in ("gzip", "deflate") else None
        self._bytes_in = 0
        self._bytes_out = 0
        self._members = 1

    def feed(self, data: bytes) -> bytes:
        """The output for the next piece of input. Raises TooLarge past a limit, zlib.error for broken data."""
        self._bytes_in += len(data)
        if self._stream is None:
            return self._count(data)
        out: list[bytes] = []
        while data:
            out.append(self._count(self._stream.decompress(data, _STEP)))
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._next_member(self._stream.unused_data)
        return b"".join(out)

    def finish(self) -> None:
        """Raises zlib.error if the stream was cut off."""
        if self._stream is not None and self._bytes_in and not self._stream.eof and self._encoding == "gzip":
            raise zlib.error("the compressed body was cut off")

    def _next_member(self, rest: bytes) -> bytes:
        # Padding of zero bytes after the last member is common; another member starts with 1f 8b.
        if self._encoding != "gzip" or not rest.startswith(b"\x1f"):
            return b""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise TooLarge(f"The compressed body has more than {MAX_MEMBERS} parts.")
        self._stream = self._new_stream()
        return rest

    def _new_stream(self) -> "zlib._Decompress":
        # 16: gzip header; 32: gzip or zlib header, as servers mean either by "deflate".
        return zlib.decompressobj(zlib.MAX_WBITS | (16 if self._encoding == "gzip" else 32))

    def _count(self, piece: bytes) -> bytes:
        self._bytes_out += len(piece)
        if self._bytes_out > self._limit:
            raise TooLarge(f"The body is over {self._limit} bytes.")
        if self._bytes_out > RATIO_FROM and self._bytes_out > self._bytes_in * MAX_RATIO:
            raise TooLarge(f"The body unpacks to more than {MAX_RATIO} times its size.")
        return piece
