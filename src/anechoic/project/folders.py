"""Folders that people drop files into, and files somebody named."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from anechoic.project.errors import DataError, ParamsError
from anechoic.project.io import PARAMS, write_text


def read_drops(folder: str, *, optional: bool = False) -> dict[str, bytes | OSError]:
    """The files of a folder by their path below it, in the order of names; hidden files are left out.

    A file that cannot be opened is given as the error, so that it does not stop the others. Where there is no such
    folder and it is not optional, DataError is raised.
    """
    root = Path(folder)
    if not root.is_dir():
        if optional:
            return {}
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


def write_folder(path: str, files: Mapping[str, str]) -> None:
    """Replace a whole folder by these files (name below it -> text)."""
    folder = Path(path)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        write_text(str(folder / name), text)


def remove(paths: Sequence[str]) -> None:
    """Remove files, where they are there."""
    for path in paths:
        Path(path).unlink(missing_ok=True)


def in_project() -> bool:
    """Whether the command runs in a project's folder, where caches may be written."""
    return Path(PARAMS).exists()


def check_project() -> None:
    """Raise ParamsError where the command runs in no project's folder, or its params.yaml is no YAML."""
    _params()


def read_section(path: str, name: str) -> object:
    """A top-level section of a YAML file, as it stands there; None where there is none or the file is no YAML."""
    try:
        document = yaml.safe_load(Path(path).read_bytes())
    except (OSError, yaml.YAMLError):
        return None
    return document.get(name) if isinstance(document, dict) else None


def _params() -> tuple[str, yaml.Node | None]:
    """The text of params.yaml and its nodes. Raises ParamsError where it is missing or is no YAML."""
    try:
        text = Path(PARAMS).read_bytes().decode("utf-8")
        return text, yaml.compose(text)
    except FileNotFoundError:
        raise ParamsError(f"{PARAMS} is missing: run the command in the project's folder.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParamsError(f"{PARAMS} is no YAML: {error}") from None


def clear_labels() -> None:
    """Empty the `labels:` section of params.yaml; all else stays byte for byte, comments and line ends included.

    Comments between the labels go with them; one beside `labels:` and those after the last label stay. Raises
    ParamsError where the file is missing or is no YAML.
    """
    text, document = _params()
    sections = document.value if isinstance(document, yaml.MappingNode) else []
    for key, section in sections:
        if key.value == "labels":
            write_text(PARAMS, _without_value(text, key, section))


def _without_value(text: str, key: yaml.Node, value: yaml.Node) -> str:
    """The text of a YAML document with `{}` in the place of one key's value."""
    start, end = value.start_mark.index, value.end_mark.index
    after_key = text.index(":", key.end_mark.index) + 1
    if start == end:  # nothing stands there
        return f"{text[:after_key]} {{}}{text[after_key:]}"
    if not isinstance(value, yaml.CollectionNode) or value.flow_style:
        return f"{text[:start]}{{}}{text[end:]}"
    # The parser ends a block at the next section, past the comments that introduce it. Its last leaf ends where its
    # last character stands; a comment behind that, on the same line, is about the leaf and goes too.
    end = len(text[: _last_leaf(value).end_mark.index].rstrip())
    return f"{text[:after_key]} {{}}{text[after_key : _line_end(text, after_key)]}{text[_line_end(text, end) :]}"


def _line_end(text: str, start: int) -> int:
    return next((index for index in range(start, len(text)) if text[index] in "\r\n"), len(text))


def _last_leaf(node: yaml.Node) -> yaml.Node:
    """The last scalar or flow collection of a node."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _last_leaf(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _last_leaf(node.value[-1])
    return node
