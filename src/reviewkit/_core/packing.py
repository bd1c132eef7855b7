"""Documents and workbooks, which are zip archives, without the time at which they were written."""

from __future__ import annotations

import io
import re
import zipfile

__all__ = ["EPOCH", "forget_time"]

#: The first day that a zip archive knows: all entries bear it.
EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_TYPES = "[Content_Types].xml"  # comes first, so that readers tell what the archive is


def forget_time(data: bytes) -> bytes:
    """Return an Office Open XML file that tells neither when nor on what system it was written.

    Equal content gives equal bytes: entries stand in one order and bear one date, as do the
    properties of the document.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != _TYPES, name)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            entry.external_attr = 0
            new.writestr(entry, content)
    return packed.getvalue()
