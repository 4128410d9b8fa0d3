"""Text files as Japanese companies export them: which encoding, strictly."""

import codecs
from pathlib import Path

# Tried in this order and strictly; a 2019 connpass export needs the last one when a
# name holds a JIS X 0213 character.
ENCODINGS = ("utf-8-sig", "utf-8", "cp932", "shift_jis_2004")
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # Excel's "Unicode text"
_CHUNK = 1 << 20


def detect_encoding(path: Path) -> str | None:
    """Returns the first encoding the whole file decodes in, None when there is none.

    UTF-16 is told by its byte order mark alone; text never holds a NUL. Reads in
    pieces: a 1 GB file needs no more memory than a small one.
    """
    with path.open("rb") as file:
        is_utf_16 = file.read(2) in _UTF_16_MARKS
    if is_utf_16:
        return "utf-16" if _decodes(path, "utf-16") else None
    return next((name for name in ENCODINGS if _decodes(path, name)), None)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if "\x00" in decoder.decode(chunk):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
