"""Whether a page is well-formed, self-contained, safe and readable without eyes."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

VOID = {"meta", "br", "hr", "img", "input", "link", "col", "wbr"}
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
#: Attributes through which a page asks for something or runs something.
LINKS = ("href", "xlink:href", "src", "action", "data", "poster", "srcset", "formaction")


class PageReader(HTMLParser):
    """Reads a page and refuses tags that do not match."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.tags, self.text = [], [], []
        self.scripts, self.styles, self.data = [], [], []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"attribute twice in {tag}: {names}"
        parent = self.stack[-1] if self.stack else None
        self.tags.append((tag, dict(attrs), parent))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert "svg" in self.stack, f"<{tag}/> is no HTML"
        self.tags.append((tag, dict(attrs), self.stack[-1]))

    def handle_endtag(self, tag):
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack[-1] == tag, f"</{tag}> closes <{self.stack[-1]}>"
        self.stack.pop()

    def handle_data(self, data):
        if self.stack and self.stack[-1] == "script":
            runs = "type" not in self.tags[-1][1]
            (self.scripts if runs else self.data).append(data)
        elif self.stack and self.stack[-1] == "style":
            self.styles.append(data)
        else:
            self.text.append(data)


def read_page(html):
    """Return the reader of a page that keeps every rule."""
    assert html.startswith("<!doctype html>")
    html.encode("utf-8")  # no half characters
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", html)
    reader = PageReader()
    reader.feed(html)
    reader.close()
    assert reader.stack == []
    check_ids(reader)
    check_safety(reader)
    check_reading(reader)
    for svg in find_pictures(html):
        ElementTree.fromstring(svg)
    return reader


def find_pictures(html):
    """Return the inline pictures of a page as text."""
    return re.findall(r"<svg\b.*?</svg>", html, re.DOTALL)


def check_ids(reader):
    ids = [attrs["id"] for _, attrs, _ in reader.tags if "id" in attrs]
    assert len(set(ids)) == len(ids), "an id must be its own"
    aims = set()
    for _, attrs, _ in reader.tags:
        for name in ("href", "xlink:href"):
            if attrs.get(name, "").startswith("#"):
                aims.add(attrs[name][1:])
        aims.update(attrs.get("aria-labelledby", "").split())
    assert aims <= set(ids), f"lead nowhere: {sorted(aims - set(ids))[:5]}"


def check_safety(reader):
    tags = [tag for tag, _, _ in reader.tags]
    assert not {"link", "iframe", "object", "embed", "base", "form", "img", "image"} & set(tags)
    for tag, attrs, _ in reader.tags:
        for name, value in attrs.items():
            assert not name.startswith("on"), f"{tag} runs {name}"
            if name in LINKS:
                assert (value or "").startswith(("#", "data:text/csv;base64,")), (tag, value)
            assert not re.search(r"url\((?!#)", value or "") or name == "aria-label", (tag, value)
    assert not re.search(r"@import|url\(", "".join(reader.styles))
    policy = next(a["content"] for t, a, _ in reader.tags if t == "meta" and "http-equiv" in a)
    assert policy.startswith("default-src 'none'")
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
               for script in reader.scripts]  # fmt: skip
    listed = " ".join(f"'sha256-{digest}'" for digest in digests)
    assert f"script-src {listed};" in policy
    assert tags.count("script") == len(reader.scripts) + len(reader.data)
    for data in reader.data:  # is read, not run
        assert not set(data) & set("<>&")
        json.loads(data)


def check_reading(reader):
    """Check what a screen reader needs: language, headings in order, tables, pictures, lists."""
    attributes = {tag: attrs for tag, attrs, _ in reversed(reader.tags)}
    assert attributes["html"]["lang"]
    assert "viewport" in [a.get("name") for t, a, _ in reader.tags if t == "meta"]
    levels = [HEADINGS[tag] for tag, _, _ in reader.tags if tag in HEADINGS]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tags = [tag for tag, _, _ in reader.tags]
    assert tags.count("table") == tags.count("caption")
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs, _ in reader.tags if tag == "th")
    for place, (tag, attrs, parent) in enumerate(reader.tags):
        if tag == "details":
            assert tags[place + 1] == "summary"
        if tag == "svg":
            assert attrs["role"] == "img"
            assert attrs["aria-labelledby"]
            assert tags[place + 1 : place + 3] == ["title", "desc"]
        if tag == "li":
            assert parent in ("ul", "ol")
