"""Folders that people drop files into, and files somebody named."""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import yaml

from anechoic.project.errors import DataError, ParamsError
from anechoic.project.io import PARAMS, check_project, write_bytes, write_text

FILES_LISTED = 10  # names in a message
PIPELINE = "pipelines/validate.py"  # tells an anechoic project from others that have a params.yaml


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


def read_any(path: str) -> dict[str, bytes | OSError]:
    """A folder's files, or the one file that somebody named, by name."""
    return read_drops(path) if Path(path).is_dir() else {Path(path).name: read_file(path)}


def read_file(path: str) -> bytes:
    """A file that somebody named. Raises DataError when it cannot be opened, naming what lies there."""
    try:
        return Path(path).read_bytes()
    except IsADirectoryError:
        raise DataError(f"{path} is a folder. Name one file: {_listed(Path(path))}.") from None
    except FileNotFoundError as error:
        folder = Path(path).parent
        there = f" In {folder}/ lie: {_listed(folder)}." if folder.is_dir() else f" There is no folder {folder}/."
        raise DataError(f"{path} cannot be opened: {error.strerror}.{there}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be opened: {error.strerror}.") from None


def _listed(folder: Path) -> str:
    """Names of the files of a folder, the first of them where there are many."""
    names = sorted(each.name for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
    more = f" and {len(names) - FILES_LISTED} more" if len(names) > FILES_LISTED else ""
    return ", ".join(names[:FILES_LISTED]) + more if names else "no file"


def read_other_drops(folder: str, path: str) -> dict[str, bytes | OSError]:
    """The files of a folder, as `read_drops` gives them, without the one at this path; none where it is missing."""
    drops = read_drops(folder, optional=True)
    root, itself = Path(folder).resolve(), Path(path).resolve()
    return {name: content for name, content in drops.items() if (root / name).resolve() != itself}


def write_folder(path: str, files: Mapping[str, str] | Mapping[str, bytes]) -> None:
    """Replace a whole folder by these files (name below it -> text, or bytes as they are)."""
    folder = Path(path)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        write_bytes(str(folder / name), content.encode() if isinstance(content, str) else content)


def remove(paths: Sequence[str]) -> None:
    """Remove files, where they are there."""
    for path in paths:
        Path(path).unlink(missing_ok=True)


def write_new(folder: str, files: Mapping[str, str]) -> None:
    """Write files (name below the folder -> text) that are not there yet: all of them or none.

    The folder is made where it is missing. Raises DataError where a file is there, or one cannot be written.
    """
    root = Path(folder)
    if taken := [name for name in files if (root / name).exists()]:
        raise DataError(f"{folder} holds {', '.join(taken)} already; nothing was changed. Move that away first.")
    within = {parent for name in files for parent in (root / name).parents}
    missing = sorted((each for each in within if not each.exists()), key=lambda each: len(each.parts), reverse=True)
    try:
        for name, text in files.items():
            write_text(str(root / name), text)
    except OSError as error:
        for name in files:
            with suppress(OSError):
                (root / name).unlink(missing_ok=True)
        for each in missing:
            with suppress(OSError):
                each.rmdir()
        raise DataError(f"{folder} cannot be written ({error.strerror}); nothing was left there.") from None


def names_in(folder: str) -> list[str]:
    """What lies in a folder, hidden things too; nothing where there is no such folder. Raises DataError."""
    try:
        return sorted(each.name for each in Path(folder).iterdir())
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        raise DataError(f"{folder} is a file, or lies below one: name a folder.") from None
    except OSError as error:
        raise DataError(f"{folder} cannot be opened: {error.strerror}.") from None


def texts_of(names: Sequence[str]) -> dict[str, str]:
    """The texts of files by name; those that are missing are left out."""
    return {name: Path(name).read_text(encoding="utf-8") for name in names if Path(name).exists()}


def resolved(folder: str) -> str:
    """A folder's whole path, whatever way it was named."""
    return str(Path(folder).resolve())


def project_of(folder: str) -> str | None:
    """The folder of the project that a folder is or lies in; None where it lies in none."""
    place = Path(folder).resolve()
    holds = (each for each in (place, *place.parents) if (each / PARAMS).exists() and (each / PIPELINE).exists())
    return next((str(each) for each in holds), None)


def in_project() -> bool:
    """Whether the command runs in a project's folder, where caches may be written."""
    return Path(PARAMS).exists()


def read_section(path: str, name: str) -> object:
    """A top-level section of a YAML file, as it stands there; None where there is none or the file is no YAML."""
    try:
        document = yaml.safe_load(Path(path).read_bytes())
    except (OSError, yaml.YAMLError):
        return None
    return document.get(name) if isinstance(document, dict) else None


def params_document() -> tuple[str, yaml.Node | None]:
    """The text of params.yaml and its nodes. Raises ParamsError where it is missing or is no YAML."""
    check_project()
    try:
        text = Path(PARAMS).read_bytes().decode("utf-8")
        return text, yaml.compose(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParamsError(f"{PARAMS} is no YAML: {error}") from None


def clear_labels() -> None:
    """Empty the `labels:` section of params.yaml; all else stays byte for byte, comments and line ends included.

    Comments between the labels go with them; one beside `labels:` and those after the last label stay. Raises
    ParamsError where the file is missing or is no YAML.
    """
    write_text(PARAMS, without_labels(params_document()[0]))


def without_labels(text: str) -> str:
    """The text of a params.yaml -> the same with `labels: {}`; comments between the labels go with them."""
    document = yaml.compose(text)
    for key, section in document.value if isinstance(document, yaml.MappingNode) else []:
        if key.value == "labels":
            return _without_value(text, key, section)
    return text


def add_labels(lines: Sequence[str]) -> None:
    """Put classes, a line of YAML each, behind those of the `labels:` section of params.yaml; nothing else changes.

    Raises ParamsError where the file is missing or no YAML, or its classes are written on one line.
    """
    text, document = params_document()
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    sections = document.value if isinstance(document, yaml.MappingNode) else []
    key, section = next(((key, value) for key, value in sections if key.value == "labels"), (None, None))
    if key is None or section is None:
        write_text(PARAMS, f"{text.rstrip()}{end_of_line * 2}labels:{_entries(lines, 2, end_of_line)}{end_of_line}")
        return
    if not isinstance(section, yaml.MappingNode) or not section.value:
        text = _without_value(text, key, section)
        start = text.index("{}", text.index(":", key.end_mark.index))
        text, indent = text[:start].rstrip(" ") + text[start + 2 :], key.start_mark.column + 2
        place = _line_end(text, len(text[:start].rstrip(" ")))
    elif section.flow_style:
        raise ParamsError(f"{PARAMS} labels is written on one line: put each class on its own, or paste the block.")
    else:
        indent = section.value[0][0].start_mark.column
        place = _line_end(text, len(text[: _last_leaf(section).end_mark.index].rstrip()))
    write_text(PARAMS, text[:place] + _entries(lines, indent, end_of_line) + text[place:])


def _entries(lines: Sequence[str], indent: int, end_of_line: str) -> str:
    """Lines of a block, each behind a line end."""
    return "".join(f"{end_of_line}{' ' * indent}{line}" for line in lines)


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
