"""Builds the site from the Markdown pages as they are: see docs/README.md."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

project = "vit4j"
author = "the authors of vit4j"
copyright = author
extensions = ["myst_parser"]
root_doc = "docs/README"
include_patterns = [
    "README*.md",
    "[A-Z]*.md",
    "bench/README.md",
    "docs/*.md",
    "docs/zh/*.md",
    "core/src/main/resources/dev/vit4j/data/source/mnist-sample/README.md",
]

# Headings have the anchors that a forge gives them; blocks without a language are plain text.
myst_heading_anchors = 4
highlight_language = "text"

# Pages outside the menu are reached by links.
suppress_warnings = ["toc.not_included"]

html_theme = "furo"
html_title = "vit4j"
html_show_sphinx = False
html_copy_source = False
# Splits Chinese text into words; English words are found as well.
html_search_language = "zh"


def pages(contents):
    """The pages of docs/ that a table of contents links, in its order."""
    links = re.findall(r"\]\(([\w-]+)\.md\)", (ROOT / contents).read_text(encoding="utf-8"))
    return list(dict.fromkeys(links))


def toctree(caption, names):
    return "\n```{toctree}\n:hidden:\n:caption: %s\n\n%s\n```\n" % (caption, "\n".join(names))


def add_navigation(app, name, source):
    """The pages have links, but no tables of contents for a menu: these are added here."""
    if name == "docs/README":
        source[0] += toctree("vit4j", ["/README", *pages("docs/README.md")])
        if (ROOT / "docs/zh/README.md").exists():
            source[0] += toctree("中文", ["zh/README"])
        source[0] += toctree("Project", ["/ARCHITECTURE", "/CONTRIBUTING", "/CHANGELOG", "/bench/README"])
    elif name == "docs/zh/README":
        source[0] += toctree("中文", ["/README.zh", *pages("docs/zh/README.md")])


def set_language(app, name, template, context, doctree):
    """Browsers choose the forms of Chinese characters, and screen readers the voice, by this."""
    if name == "README.zh" or name.startswith("docs/zh/"):
        context["language"] = "zh-CN"


def setup(app):
    app.connect("source-read", add_navigation)
    app.connect("html-page-context", set_language)
