"""The rules of the REFI-QDA schemas, and what QualCoder and Taguette take from a file."""

import csv
import re
import zipfile
from xml.etree import ElementTree

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

# Attributes that must be there and children in their order, as the schemas (1.0) have them.
RULES = {
    "CodeBook": ((), ("Codes", "Sets")),
    "Codes": ((), ("Code",)),
    "Code": (("guid", "name", "isCodable"), ("Description", "NoteRef", "Code")),
    "Sets": ((), ("Set",)),
    "Set": (("guid", "name"), ("Description", "MemberCode", "MemberSource", "MemberNote")),
    "Project": (("name",), ("Users", "CodeBook", "Variables", "Cases", "Sources", "Notes", "Links", "Sets")),
    "Users": ((), ("User",)),
    "User": (("guid",), ()),
    "Cases": ((), ("Case",)),
    "Case": (("guid",), ("Description", "CodeRef", "VariableValue", "SourceRef", "SelectionRef")),
    "Sources": ((), ("TextSource",)),
    "TextSource": (("guid",), ("Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef")),
    "PlainTextSelection": (("guid", "startPosition", "endPosition"), ("Description", "Coding", "NoteRef")),
    "Coding": (("guid",), ("CodeRef", "NoteRef")),
    "CodeRef": (("targetGUID",), ()),
    "SourceRef": (("targetGUID",), ()),
    "MemberCode": ((), ()),
    "Description": ((), ()),
}  # fmt: skip
_NEVER_EMPTY = {"Codes", "Sets", "Users", "Cases", "Sources"}


def check_schema(data, kind):
    """Hold a file against the rules of its schema; return its root."""
    root = ElementTree.fromstring(data)
    space = f"{{urn:QDA-XML:{kind}:1.0}}"
    ids = []
    for element in root.iter():
        assert element.tag.startswith(space)
        name = element.tag.removeprefix(space)
        needed, order = RULES[name]
        assert set(needed) <= set(element.attrib), name
        children = [order.index(child.tag.removeprefix(space)) for child in element]
        assert children == sorted(children), name
        assert children or name not in _NEVER_EMPTY, name
        for key, value in element.attrib.items():
            if key == "guid" or key.endswith(("GUID", "User")):
                assert GUID.fullmatch(value), (name, key, value)
        ids += [element.get("guid")] * ("guid" in element.attrib and name != "MemberCode")
        if "color" in element.attrib:
            assert re.fullmatch("#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})", element.get("color"))
        if "isCodable" in element.attrib:
            assert element.get("isCodable") in ("true", "false")
    assert len(ids) == len(set(ids))
    return root


def open_like_qualcoder(path):
    """Return categories, codes and coded words as QualCoder takes them from a project.

    It wants an origin, the codes as first child of the codebook, unique names, a plain text
    file inside the archive for each source, and the reference to the code as first child of
    a coding; a code is a category if it cannot be assigned.
    """
    space = "{urn:QDA-XML:project:1.0}"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        root = ElementTree.fromstring(archive.read("project.qde"))
        assert root.get("origin")
        users = {user.get("guid"): user.get("name") for user in root.iter(f"{space}User")}
        tree = next(iter(root.find(f"{space}CodeBook")))
        assert tree.tag == f"{space}Codes"
        codes = {one.get("guid"): one for one in tree.iter(f"{space}Code")}
        assignable = [one.get("name") for one in codes.values() if one.get("isCodable") != "false"]
        assert len(assignable) == len(set(assignable))
        coded = []
        for source in root.iter(f"{space}TextSource"):
            place = source.get("plainTextPath").split("internal:/")[1]
            assert f"Sources{place}" in names
            text = archive.read(f"Sources{place}").decode("utf-8")
            assert not text.startswith("\ufeff")
            assert "\r" not in text
            for one in source.iter(f"{space}PlainTextSelection"):
                coding = one.find(f"{space}Coding")
                code = codes[next(iter(coding)).get("targetGUID")].get("name")
                words = text[int(one.get("startPosition")) : int(one.get("endPosition"))]
                coded.append((users.get(one.get("creatingUser")), code, words))
    categories = [one.get("name") for one in codes.values() if one.get("isCodable") == "false"]
    return categories, assignable, coded


def open_like_taguette(path):
    """Return tags with description and parent as Taguette imports a codebook in csv.

    It wants one column of tag, name or path, as many cells as needed in each row, no empty
    tag, and takes parents as they are.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    header = [cell.lower() for cell in rows[0]]
    assert sum(name in header for name in ("tag", "name", "path")) == 1
    places = [header.index(name) for name in ("tag", "description", "parent")]
    tags = [tuple(row[at].strip() for at in places) for row in rows[1:]]
    assert all(tag for tag, _, _ in tags)
    return tags
