"""Croissant, the description of a data set that search engines and loaders read (MLCommons, 2024, version 1.0)."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import polars as pl

from anechoic.export.schema import ALL_COLUMNS, ATLAS_COLUMNS, PAIR_COLUMNS, ExportParams

Json = dict[str, Any]
CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
PARQUET = "application/x-parquet"
TYPES: dict[type[pl.DataType], str] = {pl.String: "sc:Text", pl.Int64: "sc:Integer", pl.Float64: "sc:Float"}
CONTEXT: Json = {  # as the specification gives it
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(frames: Mapping[str, pl.DataFrame], files: Mapping[str, bytes], params: ExportParams) -> Json:
    """Frames by name and their parquet files -> a Croissant document: files with sha256, columns with meaning."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": params.name,
        "description": "Labelled short texts; rows that say the same stand on one side of the split.",
        "license": params.licence,
        "distribution": [_file(name, content) for name, content in files.items()],
        "recordSet": [_records(name, frame) for name, frame in frames.items()],
    }


def _file(name: str, content: bytes) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{len(content)} B",
        "encodingFormat": PARQUET,
        "sha256": sha256(content).hexdigest(),
    }


def _records(name: str, frame: pl.DataFrame) -> Json:
    meanings = ALL_COLUMNS | PAIR_COLUMNS | ATLAS_COLUMNS
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": column,
                "description": meanings[column],
                "dataType": TYPES[type(dtype)],
                "source": {"fileObject": {"@id": f"{name}.parquet"}, "extract": {"column": column}},
            }
            for column, dtype in frame.schema.items()
        ],
    }
