"""Tables, params, reports and text files on disk.

Paths are relative to the project's root, where every command runs. Every write is atomic: a temporary
file beside the target, renamed when complete, so that a failure leaves the earlier file or none.
"""

import json
import math
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import dataframely as dy
import polars as pl
import yaml
from pydantic import BaseModel, ValidationError

from anechoic.project.errors import ContractError, ParamsError
from anechoic.project.tables import Table
from anechoic.project.wording import DECIMALS

PARAMS = "params.yaml"
CACHE = Path(".anechoic")

# What is beyond DECIMALS differs between machines (order of additions, threads) and means nothing to a reader.
SMALL = 0.001  # below it decimals would leave nothing, as of p-values
SMALL_DIGITS = 2  # significant digits that a smaller number keeps

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

Model = TypeVar("Model", bound=BaseModel)


def read(table: Table) -> pl.DataFrame:
    """A table, validated by its schema. Raises ContractError when it is missing or breaks it."""
    path = Path(table.path)
    if not path.exists():
        check_project()
        raise ContractError(f"{table.path} is missing. Run `dvc repro` to make it.")
    return _checked(table, pl.read_parquet(path))


def exists(table: Table) -> bool:
    """Whether a table was made already."""
    return Path(table.path).exists()


def write(table: Table, frame: pl.DataFrame) -> None:
    """Write the contract's columns of a frame atomically. Raises ContractError where it breaks the schema."""
    frame = _checked(table, frame)
    with replacing(table.path) as temporary:
        frame.write_parquet(temporary, statistics=False)


def _checked(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of the contract, in its order and types. Raises ContractError."""
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
        check_project()
        raise
    except yaml.YAMLError as error:
        raise ParamsError(f"{PARAMS} is no YAML: {error}") from error
    if section not in document:
        raise ParamsError(f"{PARAMS} has no section `{section}:`.")
    try:
        return model.model_validate(document[section])
    except ValidationError as error:
        raise ParamsError(_breaches(section, error)) from None


def check_project() -> None:
    """Raise ParamsError, saying where to go, where the command runs in no project's folder."""
    here = Path.cwd()
    if (here / PARAMS).exists():
        return
    above = next((folder for folder in here.parents if (folder / PARAMS).exists()), None)
    go = (
        f"the project is {above}: `cd {above}` first"
        if above
        else f"run the command in the folder that has {PARAMS}"
    )
    raise ParamsError(f"{here} is no anechoic project ({PARAMS} is missing here): {go}.")


def _breaches(section: str, error: ValidationError) -> str:
    lines = []
    for breach in error.errors():
        knob = ".".join([section, *map(str, breach["loc"])])
        given = "" if breach["type"] == "missing" else f" (found {breach['input']!r})"
        lines.append(f"{PARAMS} {knob}: {breach['msg']}{given}")
    return "\n".join(lines)


def read_report(path: str, model: type[Model]) -> Model:
    """A report as its model. Raises ContractError when it is missing or of another shape."""
    try:
        return model.model_validate_json(Path(path).read_bytes())
    except FileNotFoundError:
        check_project()
        raise ContractError(f"{path} is missing. Run `dvc repro` to make it.") from None
    except ValidationError as error:
        raise ContractError(f"{path} is not what this version writes: {error}. Run `dvc repro`.") from None


def read_report_if_there(path: str, model: type[Model]) -> Model | None:
    """A report that only some runs write, as its model; None where it is not there. Raises as `read_report`."""
    return read_report(path, model) if Path(path).is_file() else None


def write_report(path: str, report: BaseModel) -> None:
    """Write a report as indented JSON, its numbers rounded to what they mean.

    Raises ContractError for a number that is none (NaN) or infinite, with the field's path.
    """
    fields = report.model_dump(mode="json", by_alias=True)
    try:
        rounded = round_floats(fields)
    except ValueError as error:
        raise ContractError(f"{path}: {error}. A report holds finite numbers or null.") from None
    write_text(path, json.dumps(rounded, indent=1) + "\n")


def round_floats(value: Json, path: str = "") -> Json:
    """A JSON value -> the same with every float rounded to 4 decimals, one below 0.001 in size to 2 digits.

    Integers stay as they are; no number but 0 becomes 0; the order of numbers is kept; idempotent. path: where the
    value stands in its document. Raises ValueError naming the path of a float that is not finite.
    """
    if isinstance(value, dict):
        return {key: round_floats(each, f"{path}.{key}" if path else key) for key, each in value.items()}
    if isinstance(value, list):
        return [round_floats(each, f"{path}[{row}]") for row, each in enumerate(value)]
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        raise ValueError(f"{path} is {value}")
    if value == 0:
        return 0.0  # and not -0.0
    return round(value, DECIMALS) if abs(value) >= SMALL else float(f"{value:.{SMALL_DIGITS - 1}e}")


def read_text(path: str) -> str:
    """A text file's content; empty where there is no such file."""
    file = Path(path)
    return file.read_text(encoding="utf-8") if file.exists() else ""


def write_text(path: str, text: str) -> None:
    """Write a text file atomically, UTF-8, line ends as given."""
    write_bytes(path, text.encode())


def write_bytes(path: str, content: bytes) -> None:
    """Write a file atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_csv(path: str, frame: pl.DataFrame) -> None:
    """Write a frame as CSV, atomically."""
    write_text(path, frame.write_csv())


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """A frame -> the bytes of a parquet file."""
    buffer = BytesIO()
    frame.write_parquet(buffer, statistics=False)
    return buffer.getvalue()


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
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
