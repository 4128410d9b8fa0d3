"""Bodies of answers: never more than memory holds, and JSON whose text is text."""

from __future__ import annotations

import codecs
import json
from typing import Any

import requests

MAX_BYTES = 256 * 2**20  # unpacked: pages of a bulk query come to some 20 MiB
_CHUNK = 1 << 18


class TooLargeError(Exception):
    """A body of more than MAX_BYTES, be it sent or unpacked."""


def read_body(response: requests.Response, most: int = MAX_BYTES) -> bytes:
    """Reads a streamed answer, unpacked as it arrives.

    Raises: TooLargeError; what requests raises for a body that is cut off.
    """
    chunks, size = [], 0
    for chunk in response.iter_content(_CHUNK):
        size += len(chunk)
        if size > most:
            response.close()
            raise TooLargeError
        chunks.append(chunk)
    return b"".join(chunks)


def json_of(content: bytes) -> Any:
    r"""Parses JSON in UTF-8; half a character (\ud83d alone) becomes U+FFFD.

    Platforms that cut texts in the middle of an emoji send such halves; no file and no
    database takes them.

    Raises: ValueError if it is none, or nested deeper than anybody means.
    """
    try:
        parsed = json.loads(content.decode("utf-8-sig"))
        return _whole(parsed) if b"\\ud" in content.lower() else parsed
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def is_cut_off(content: bytes) -> bool:
    """Whether what is no JSON began as some, in UTF-8: the rest did not arrive."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(content)
    except UnicodeDecodeError:
        return False
    return text.lstrip("\ufeff \t\r\n").startswith(("{", "["))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        halves = value.encode("utf-16-le", errors="surrogatepass")
        return halves.decode("utf-16-le", errors="replace")
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(one) for name, one in value.items()}
    return value
