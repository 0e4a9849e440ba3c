"""Vectors of texts seen before, on disk in `.anechoic/vectors/`."""

import hashlib

import polars as pl

from anechoic.project.io import CACHE, replacing


def read_vectors(encoder: str) -> pl.DataFrame:
    """Vectors of texts seen before by this encoder: columns text_hash, vector (list of float32)."""
    shards = sorted((CACHE / "vectors" / encoder).glob("*.parquet"))
    if not shards:
        return pl.DataFrame(schema={"text_hash": pl.String, "vector": pl.List(pl.Float32)})
    return pl.concat([pl.read_parquet(shard) for shard in shards]).unique("text_hash", keep="first")


def write_vectors(encoder: str, vectors: pl.DataFrame) -> None:
    """Add vectors to the cache, as a shard named by the hash of the texts it holds."""
    name = hashlib.blake2b("".join(vectors["text_hash"]).encode(), digest_size=12).hexdigest()
    with replacing(CACHE / "vectors" / encoder / f"{name}.parquet") as temporary:
        vectors.write_parquet(temporary)
