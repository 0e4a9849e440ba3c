"""The libraries that draw the page's charts and run its tables, as text that stands in the page itself."""

import re
from functools import cache
from importlib.resources import files

import vl_convert

from anechoic.report.rendering import template_file

# How itables' bundle of DataTables and its extensions ends: the names it exports, as its minifier called them.
EXPORTS = re.compile(r"export\s*\{([^}]*)\};?")


@cache
def charts_library() -> str:
    """Vega, Vega-Lite, Vega-Embed and what calls them, as one script; bundling takes a second."""
    return _inline(str(vl_convert.javascript_bundle(template_file("charts.js"))))


@cache
def tables_library() -> str:
    """DataTables with its filters and what calls it, as one script without exports."""
    bundle = files("itables").joinpath("html", "dt_bundle.js").read_text(encoding="utf-8")
    exported = EXPORTS.search(bundle)
    if exported is None:
        raise RuntimeError("itables' dt_bundle.js exports nothing; versions 2.9 do")
    names = {theirs: ours for ours, _, theirs in (each.strip().split(" ") for each in exported[1].split(","))}
    called = (
        f"const DataTable = {names['default']}, followSystemColours = {names['set_or_remove_dark_class']};\n"
        f"{template_file('tables.js')}"
    )
    return _inline(EXPORTS.sub(lambda _: called, bundle, count=1))


@cache
def tables_style() -> str:
    """The style sheet of DataTables."""
    return files("itables").joinpath("html", "dt_bundle.css").read_text(encoding="utf-8").replace("</style", "")


def _inline(script: str) -> str:
    """A script as it may stand in a page: none of its texts ends its element."""
    return script.replace("</script", "<\\/script")
