"""What came over HTTP in front of a body, written down as it is kept: `Raw.head`."""

from __future__ import annotations

from collections.abc import Iterable

#: Say how the body was packed on its way; of one that is unpacked they would be untrue.
_OF_THE_WAY = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def http_head(status: int, reason: str, headers: Iterable[tuple[str, str]], *, size: int) -> bytes:
    r"""Status line and headers as bytes, for a body of `size` bytes from which all encodings are undone.

    Headers keep their order and spelling. Those that tell how the body was packed on its way go on
    as `X-Archive-Orig-…`, as archives of the web do it, and the length is that of the body kept.

    >>> http_head(200, "OK", [("Content-Encoding", "gzip")], size=5)
    b'HTTP/1.1 200 OK\r\nX-Archive-Orig-Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n'
    """
    # a line break, wherever it stands, would begin a header that never came
    lines = [f"HTTP/1.1 {status} {_one_line(reason)}"]
    for name, value in headers:
        prefix = "X-Archive-Orig-" if name.lower() in _OF_THE_WAY else ""
        lines.append(f"{prefix}{_one_line(name)}: {_one_line(value)}")
    lines.append(f"Content-Length: {size}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "backslashreplace")


def header(head: bytes, name: str) -> str | None:
    r"""The value of the first header of that name, of a head as `http_head` writes it.

    The mail parser of the standard library will not do: it ends at a line that is no header, and gives no
    string for a value that is not ASCII.

    >>> header(b"HTTP/1.1 200 OK\r\nbroken\r\nContent-Type: text/html\r\n\r\n", "content-type")
    'text/html'
    """
    for line in head.split(b"\r\n")[1:]:
        key, colon, value = line.partition(b":")
        if colon and key.strip().lower() == name.encode():
            return value.strip().decode("latin-1")
    return None


def _one_line(value: str) -> str:
    return " ".join(value.splitlines())
