"""A text on its way into a vector: tokens, ids, a vector a token, one vector; and words as vectors."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from anechoic.embed.encoder import FixedShapeEncoder
from anechoic.numeric.arrays import Vectors
from anechoic.project import model_store

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

VOCABULARY = "vocab.txt"  # a token a line; the first has id 0
NO_LINE = "-"
NUMBERS_SHOWN = 4  # of a vector
AROUND_CUT = 30  # characters shown on either side of where a text is cut
SAME = 1e-4  # how far numbers of two ways may lie apart to count as the same pooling
EXAMPLES = ("laugh", "laughed", "cat", "dog", "car", "carpet")
SCHEMA = {"token": pl.String, "id": pl.Int64, "line": pl.String, "what": pl.String}


@dataclass(frozen=True)
class Pieces:
    """What a tokenizer makes of a text.

    tokens: those that are read: token, id, line (of vocab.txt, `-` where there is none), what (mark, word, piece,
    unknown); whole: tokens the text has, marks included; cut: the character where reading stops, or None; unknown:
    tokens read that the vocabulary lacks; split: words that are no token of their own.
    """

    tokens: pl.DataFrame
    whole: int
    cut: int | None
    unknown: int
    split: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What an encoder makes of a text: its pieces, None where its tokenizer tells none; the rest in sentences."""

    pieces: Pieces | None
    sentences: tuple[str, ...]


def follow_text(canonical: str, encoder: FixedShapeEncoder, folder: str) -> Reading:
    """A canonical text -> its tokens, each with its line of the vocabulary file, and how they become one vector."""
    states = encoder.token_vectors(canonical)  # (tokens, d)
    vector = encoder.encode([canonical])[0]  # (d,)
    tokens, width = states.shape
    first = ", ".join(f"{number:.3f}" for number in vector[:NUMBERS_SHOWN])
    way = (
        f"Token vectors: {tokens} x {width}, one line a token, each changed by the tokens around it.",
        f"Pooling keeps {_pooling(states, vector)}: {width} of {tokens * width:,} numbers, scaled to length 1.",
        f"Text vector: {width} numbers, length {np.linalg.norm(vector):.3f}, the first {first}.",
    )
    if encoder.tokenizer is None:
        return Reading(None, ("This encoder's tokenizer does not tell its pieces.", *way))
    pieces = cut_up(canonical, encoder.tokenizer, encoder.window, folder)
    return Reading(pieces, (*_told(canonical, pieces, encoder.window), *way))


def cut_up(text: str, tokenizer: "Tokenizer", window: int, folder: str) -> Pieces:
    """A text -> its tokens as far as a window of so many reaches, what each is, and where reading stops."""
    settings = tokenizer.to_str()
    encoding, unknown = _whole(text, settings), _unknown(settings)
    inside = [place for place, mark in enumerate(encoding.special_tokens_mask) if not mark]
    read = max(0, window - (len(encoding.ids) - len(inside)))  # the marks take their places too
    lines = {token: str(line) for line, token in enumerate(_vocabulary(folder), start=1)}
    words = _words(encoding, text)
    rows, split = [], dict[str, None]()
    for place in sorted(set(range(len(encoding.ids))) - set(inside[read:])):
        token = encoding.tokens[place]
        what = f"unknown: {words[place][0]!r}" if token == unknown else _what(place, encoding, words)
        if what.startswith("piece"):
            split[words[place][0]] = None
        rows.append((token, encoding.ids[place], lines.get(token, NO_LINE), what))
    tokens = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    cut = encoding.offsets[inside[read]][0] if len(inside) > read else None
    return Pieces(tokens, len(encoding.ids), cut, int((tokens["token"] == (unknown or "")).sum()), tuple(split))


def word_cosines(rows: Sequence[str], columns: Sequence[str], encoder: FixedShapeEncoder) -> Vectors:
    """Words (n) and words (m), each encoded alone -> their cosines (n, m)."""
    vectors = encoder.encode([*rows, *columns])
    cosines: Vectors = vectors[: len(rows)] @ vectors[len(rows) :].T
    return cosines


def one_hot_or_embedding(encoder: FixedShapeEncoder) -> tuple[str, str, str]:
    """What a word is as a one-hot and as an embedding, in three lines, with this encoder's own numbers."""
    laugh, laughed, carpet = encoder.encode(["laugh", "laughed", "carpet"])
    size = "as many" if encoder.tokenizer is None else f"{encoder.tokenizer.get_vocab_size():,}"
    return (
        f"One-hot: {size} numbers, one a token: 1 at the word's own, else 0. Two different words have cosine 0.",
        f"Embedding: {len(laugh)} numbers, made by learned weights: laugh and laughed have cosine "
        f"{laugh @ laughed:.2f}, laugh and carpet {laugh @ carpet:.2f}.",
        "From one to the other: the first weights are a table; one-hot times table is the word's line of it.",
    )


def cut_sentence(text: str, pieces: Pieces, window: int, reader: str) -> str:
    """Where a text is cut that is longer than what is read, with what stands on both sides; empty for others."""
    if pieces.cut is None:
        return ""
    before, after = text[: pieces.cut].rstrip()[-AROUND_CUT:], text[pieces.cut :][:AROUND_CUT]
    return (
        f"The text has {pieces.whole:,} tokens, {reader} reads {window:,}: cut at character {pieces.cut:,} of "
        f"{len(text):,}, after {before!r}. Not read: {after!r} and what follows."
    )


def _told(text: str, pieces: Pieces, window: int) -> list[str]:
    """What is out of the ordinary about a text's tokens: too many, unknown, words in pieces, no vocabulary file."""
    told = [cut] if (cut := cut_sentence(text, pieces, window, "the encoder")) else []
    if pieces.unknown:
        read = f"{pieces.unknown} of {pieces.tokens.height} tokens"
        told.append(f"Not in the vocabulary: {read}. The encoder sees that something stands there, not what.")
    if pieces.split:
        told.append(f"No token of their own, so read in pieces: {', '.join(map(repr, pieces.split))}.")
    if (pieces.tokens["line"] == NO_LINE).all():
        told.append("This model has no vocab.txt; an id counts its vocabulary from 0.")
    return told


def _whole(text: str, settings: str) -> "Encoding":
    """All tokens of a text, by a copy of the tokenizer that neither cuts nor fills up."""
    from tokenizers import Tokenizer

    plain: Tokenizer = Tokenizer.from_str(settings)
    plain.no_truncation()
    plain.no_padding()
    return plain.encode(text)


def _vocabulary(folder: str) -> list[str]:
    """The lines of a folder's vocabulary file; split at line feeds alone, as a token may be another line end."""
    return [line.rstrip("\r") for line in model_store.model_text(folder, VOCABULARY).split("\n")]


def _unknown(settings: str) -> str | None:
    """The token for what the vocabulary lacks, from a tokenizer's settings; None where it lacks nothing."""
    model = json.loads(settings)["model"]
    if isinstance(model.get("unk_id"), int):  # Unigram has a list of tokens with their scores
        return str(model["vocab"][model["unk_id"]][0])
    token = model.get("unk_token")
    return None if token is None else str(token)


def _words(encoding: "Encoding", text: str) -> list[tuple[str, list[int]]]:
    """For each token the word it is of, as it is written, and the places of that word's tokens."""
    places: dict[object, list[int]] = {}
    keys = [("mark", place) if word is None else word for place, word in enumerate(encoding.word_ids)]
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    spans = encoding.offsets
    return [(text[spans[places[key][0]][0] : spans[places[key][-1]][1]], places[key]) for key in keys]


def _what(place: int, encoding: "Encoding", words: list[tuple[str, list[int]]]) -> str:
    """What a token is: a mark of the start, end or between; a word; a piece of one."""
    if encoding.special_tokens_mask[place]:
        return {0: "mark: start of text", len(encoding.ids) - 1: "mark: end of text"}.get(place, "mark")
    word, places = words[place]
    return "word" if len(places) == 1 else f"piece {places.index(place) + 1} of {len(places)} of {word!r}"


def _pooling(states: Vectors, vector: Vectors) -> str:
    """How a text's vector came from its token vectors, found by trying."""
    ways = {"the mean of the lines": states.mean(0), "the first line": states[0], "the last line": states[-1]}
    ways["the largest number of each column"] = states.max(0)
    for way, found in ways.items():
        if np.allclose(found / np.linalg.norm(found), vector, atol=SAME):
            return way
    return "a mix of the lines"
