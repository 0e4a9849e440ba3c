"""Bytes become text: which encoding, and how that was found out. Never fails on a text file."""

import gzip
import re
import zlib
from dataclasses import dataclass

from anechoic.project.errors import DataError

BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
GZIP = b"\x1f\x8b"
SAMPLE = 200_000  # bytes that are enough to tell an encoding
WIDE_ZEROS, NARROW_ZEROS = (
    0.4,
    0.05,
)  # share of zeros at the one and the other places of UTF-16: ASCII letters mostly
BINARY_SHARE = 0.05  # of control characters, from which a file is no text
UTF8_LINES = 0.5  # share of the lines beyond ASCII that are UTF-8, from which the others are strays
WESTERN_SHARE = 0.8  # of the characters beyond ASCII that stand as in Western text
# What Western European text has above ASCII: letters beside letters, and typographic marks.
WESTERN = re.compile(
    "(?<=[A-Za-zÀ-ÿ])[À-ÖØ-öø-ÿŠšŽžŒœŸ]|[À-ÖØ-öø-ÿŠšŽžŒœŸ](?=[A-Za-z])|[€‚„…‰‹‘’“”•–—™›£§©«®°±²³´·¹º»¼½¾¿¡\xa0]"
)
UNDEFINED = re.compile(b"([\x81\x8d\x8f\x90\x9d])")  # bytes that Windows-1252 gives no character
BINARY = re.compile("[\x01-\x06\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Decoded:
    """A file's text and what its bytes turned out to be."""

    text: str
    encoding: str
    evidence: str


def unpack(content: bytes) -> bytes:
    """What lies in a gzip file, or the bytes as they are. Raises DataError where the archive is damaged."""
    if not content.startswith(GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"is a damaged gzip file ({error}). Pack it anew.") from None


def decode(content: bytes, encoding: str | None = None) -> Decoded:
    """The bytes of a file -> its text. `encoding` is what the user says it is; without it the bytes decide.

    Order of evidence: byte order mark, the zero bytes of UTF-16, valid UTF-8, Windows-1252 where what it gives
    looks like Western text, then the best guess of charset-normalizer. A file of UTF-8 with a few stray bytes is
    read line by line. Raises DataError for files that are no text.
    """
    if encoding is not None:
        return Decoded(_decoded_as(content, encoding), encoding, "as params.yaml says")
    for mark, name in BOMS:
        if content.startswith(mark):
            return Decoded(content.decode(name, "replace"), name, "byte order mark")
    if name := _wide(content[:SAMPLE]):
        return Decoded(content.decode(name, "replace"), name, "every other byte is zero")
    try:
        return Decoded(content.decode("utf-8"), "utf-8", "valid UTF-8")
    except UnicodeDecodeError as error:
        return _not_utf8(content, error)


def whole_characters(text: str) -> str:
    """A text -> with half characters (lone surrogates), which no file can hold, as replacement characters."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decoded_as(content: bytes, encoding: str) -> str:
    try:
        return whole_characters(content.decode(encoding))
    except LookupError:
        raise DataError(f"cannot be read: params.yaml names an unknown encoding {encoding!r}.") from None
    except UnicodeDecodeError as error:
        raise DataError(f"is not {encoding}, as params.yaml says (byte {error.start}: {error.reason}).") from None
    except ValueError as error:  # odd codecs and odd names of codecs: no byte to point at
        raise DataError(f"is not {encoding}, as params.yaml says ({error}).") from None


def _wide(sample: bytes) -> str:
    """UTF-16 without a mark: ASCII letters leave zeros at odd places (little-endian) or at even ones."""
    half = len(sample) // 2
    if half < 2:
        return ""
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > WIDE_ZEROS and even < NARROW_ZEROS:
        return "utf-16-le"
    return "utf-16-be" if even > WIDE_ZEROS and odd < NARROW_ZEROS else ""


def _not_utf8(content: bytes, error: UnicodeDecodeError) -> Decoded:
    """The text of bytes that are not UTF-8, by the surest reading that fits. Raises DataError where none does."""
    line = content.count(b"\n", 0, error.start) + 1
    where = f"line {line} is not UTF-8 (byte 0x{content[error.start]:02x})"
    western = _western(content)
    sample = western[:SAMPLE]
    if len(BINARY.findall(sample)) > BINARY_SHARE * len(sample):
        raise DataError(f"is no text: {where}, and it is full of control characters.")
    lines = content.splitlines(keepends=True)
    beyond_ascii = [line for line in lines if not line.isascii()]
    if sum(map(_is_utf8, beyond_ascii)) >= UTF8_LINES * len(beyond_ascii):
        text = "".join(line.decode("utf-8") if _is_utf8(line) else _western(line) for line in lines)
        return Decoded(text, "utf-8 and cp1252", f"{where}; most lines are UTF-8, the others read as Windows-1252")
    high = sum(char > "\x7f" for char in sample)
    if len(WESTERN.findall(sample)) >= WESTERN_SHARE * high:
        return Decoded(western, "cp1252", f"{where}; read as Windows-1252 it is Western text")
    return _best_guess(content, western, where)


def _best_guess(content: bytes, western: str, where: str) -> Decoded:
    from charset_normalizer import from_bytes  # loaded when the first such file is met

    best = from_bytes(content[:SAMPLE]).best()
    if best is None or best.encoding.startswith("utf_16"):  # without zeros it is none
        return Decoded(western, "cp1252", f"{where}; Windows-1252 for lack of a better guess")
    text = content.decode(best.encoding, "replace")
    return Decoded(text, best.encoding, f"{where}; charset-normalizer's guess, set it in params.yaml if wrong")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _western(content: bytes) -> str:
    """Windows-1252; its five undefined bytes as the control characters that Latin-1 has there."""
    return "".join(
        part.decode("latin-1") if UNDEFINED.fullmatch(part) else part.decode("cp1252")
        for part in UNDEFINED.split(content)
    )
