"""Documentation: Markdown by MyST, references from the code itself, nothing from the network."""

import os
import sys
from pathlib import Path

# Compiled kernels are documented as the plain functions that they are made from.
os.environ["NUMBA_DISABLE_JIT"] = "1"
sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from qqnet import __version__

project = "QQNet"
author = "The QQNet developers"
copyright = "The QQNet developers"
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml",
    "generated_reference",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "_include", "_ext"]
myst_enable_extensions = ["dollarmath", "deflist", "fieldlist"]
myst_heading_anchors = 4
html_math_renderer = "mathml"

default_role = "py:obj"
# Short names in docstrings, such as `start_s`, may be those of several classes.
suppress_warnings = ["ref.python"]
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_default_options = {"members": True}
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = f"QQNet {release}"
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["math.css"]
pygments_style = "default"
