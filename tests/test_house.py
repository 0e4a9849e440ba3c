"""The house rules, held against the code itself."""

import ast
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
import yaml
from pydantic import BaseModel

from anechoic.compare.schema import CompareParams
from anechoic.diversity.schema import DiversityParams
from anechoic.echoes.schema import EchoesParams
from anechoic.embed.schema import EmbedParams
from anechoic.evaluate.schema import EvaluateParams
from anechoic.export.schema import ExportParams
from anechoic.label_next.schema import LabelNextParams
from anechoic.leakage.schema import LeakageParams
from anechoic.predict.schema import PredictParams
from anechoic.project import tables as contracts
from anechoic.projection.schema import ProjectionParams
from anechoic.report.schema import ReportParams
from anechoic.spectra.schema import SpectraParams
from anechoic.split.schema import SplitParams
from anechoic.train.schema import TrainParams
from anechoic.validate.schema import ValidateParams

SOURCES = sorted(Path("src/anechoic").rglob("*.py"))
RECIPE = yaml.safe_load(Path("dvc.yaml").read_text())
STAGES = RECIPE["stages"]
PARAMS = {
    "validate": ValidateParams,
    "embed": EmbedParams,
    "echoes": EchoesParams,
    "split": SplitParams,
    "leakage": LeakageParams,
    "train": TrainParams,
    "evaluate": EvaluateParams,
    "spectra": SpectraParams,
    "diversity": DiversityParams,
    "projection": ProjectionParams,
    "predict": PredictParams,
    "label_next": LabelNextParams,
    "report": ReportParams,
    "export": ExportParams,
    "compare": CompareParams,
}
DISK = {"io", "folders", "model_store"}  # modules of anechoic.project that read and write for the stages
# What a stage reads that it wrote before; it cannot list its own out as a dep.
MEMORY = {"data/split.lock", "reports/exam-looks.json"}
BESIDE = {"reports/compare.json"}  # of a pipeline of its own, looked at where it is there


def disk_calls(stage: str) -> dict[str, set[str]]:
    """Paths that a stage's script reads, writes, and the params sections it reads, from its calls of io."""
    found: dict[str, set[str]] = {"read": set(), "write": set(), "params": set()}
    for node in ast.walk(ast.parse(Path(f"pipelines/{stage}.py").read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if getattr(node.func.value, "id", "") not in DISK or node.func.attr == "weights_hash":
            continue
        first, name = node.args[0], node.func.attr
        if isinstance(first, ast.Name) and isinstance(getattr(contracts, first.id, None), contracts.Table):
            path = getattr(contracts, first.id).path
        elif isinstance(first, ast.Constant):
            path = first.value
        else:
            continue  # the vector cache and models are neither dep nor out
        found["params" if name == "read_params" else name.split("_")[0]].add(path)
    return found


def folder_of(module: str) -> str:
    """The folder of src/anechoic/ that a module lies in, or the stage script itself."""
    if module.startswith("pipelines"):
        return f"{module.replace('.', '/')}.py"
    return str(Path("src", *module.split(".")[:2]))


def names(entries: list) -> set[str]:
    return {next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_reads_its_deps_and_writes_its_outs(stage):
    calls = disk_calls(stage)
    code = {dep for dep in STAGES[stage]["deps"] if dep.startswith(("src/", "pipelines/"))}
    assert set(STAGES[stage]["deps"]) - code == calls["read"] - MEMORY - BESIDE
    assert names(STAGES[stage]["outs"]) == calls["write"]
    assert {knob.split(".")[0] for knob in STAGES[stage].get("params", [])} == calls["params"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_exactly_the_folders_it_imports_from(stage):
    graph = grimp.build_graph("anechoic", "pipelines")
    modules = graph.find_upstream_modules(f"pipelines.{stage}") | {f"pipelines.{stage}"}
    listed = {dep for dep in STAGES[stage]["deps"] if dep.startswith(("src/", "pipelines/"))}
    assert listed == {folder_of(module) for module in modules - {"anechoic", "pipelines"}}


def test_the_package_of_the_stages_holds_no_code_of_its_own():
    documentation, loads = ast.parse(Path("pipelines/__init__.py").read_text()).body
    assert isinstance(documentation, ast.Expr)
    assert isinstance(loads, ast.ImportFrom)


def test_only_the_last_parts_of_the_page_are_cached_small_reports_are_in_git():
    for stage in STAGES.values():
        for out in stage["outs"]:
            path, options = next(iter(out.items())) if isinstance(out, dict) else (out, {})
            in_git = (path.startswith("reports/") and not path.endswith(".html")) or path in MEMORY
            assert (options.get("cache") is False) == in_git, path


def test_what_dvc_compares_between_runs_is_written_by_a_stage_and_in_git():
    plotted = [file for plot in RECIPE["plots"] for options in plot.values() for file in options["y"]]
    uncached = {
        path
        for stage in STAGES.values()
        for out in stage["outs"]
        if isinstance(out, dict)
        for path, options in out.items()
        if options.get("cache") is False
    }
    assert {*RECIPE["metrics"], *plotted} <= uncached


@pytest.mark.parametrize("section", PARAMS)
def test_every_knob_has_a_description_with_its_unit_and_no_default(section):
    model: type[BaseModel] = PARAMS[section]
    assert model.model_config["extra"] == "forbid"
    for name, field in model.model_fields.items():
        assert field.is_required(), f"{section}.{name} has a default"
        assert field.description, name
        assert field.description.rstrip().endswith("]"), f"{section}.{name}: no [unit] at the end"


def test_every_section_of_the_params_has_a_model():
    assert set(yaml.safe_load(Path("params.yaml").read_text())) == set(PARAMS) | {"labels"}


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_only_the_project_folder_touches_the_disk(path):
    if path.parent.name == "project":
        return
    forbidden = {
        "open",
        "write_text",
        "write_bytes",
        "read_bytes",
        "read_parquet",
        "write_parquet",
        "read_csv",
    }
    text = path.read_text()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if getattr(getattr(node.func, "value", None), "id", "") in DISK:
                continue  # the module that may
            assert name not in forbidden, f"{path}:{node.lineno} calls {name}"
    assert "read_text" not in text or "importlib.resources" in text
    assert "from pathlib" not in text


@pytest.mark.parametrize("path", [path for path in SOURCES if path.name == "__init__.py"], ids=str)
def test_importing_a_room_loads_nothing(path):
    if path.parent.name in {"anechoic", "cli"}:
        return
    assert all(isinstance(node, ast.Expr) for node in ast.parse(path.read_text()).body)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_files_and_functions_stay_small(path):
    text = path.read_text()
    assert text.count("\n") <= 260, f"{path} is too long for one file"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno <= 50, f"{path}: {node.name} is too long"


HEAVY = ("polars", "numpy", "torch", "sklearn", "scipy", "dataframely", "ftfy", "great_expectations")
HEAVY_SCHEMAS: set[str] = set()  # folders whose schema still loads one of them; to be emptied


@pytest.mark.parametrize("path", [path for path in SOURCES if path.name == "schema.py"], ids=str)
def test_a_schema_loads_nothing_heavy(path):
    module = ".".join(path.with_suffix("").parts[1:])
    code = f"import sys, {module}; print(*[name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert bool(loaded) == (path.parent.name in HEAVY_SCHEMAS), loaded
