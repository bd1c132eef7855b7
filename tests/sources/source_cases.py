"""Files and strategies that the tests of readers share."""

import struct
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st

SHARED = Path(__file__).parents[3] / "shared"


def shared(*parts):
    """Return a file of the collection of real exports, or skip where there is none."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the collection of real files is not beside this checkout: {path.name}")
    return path


def write(folder, text, name="table.csv", encoding="utf-8"):
    """Write a text file as it is, line ends included."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


#: For laws that write files: a slow disk is no failure.
patient = settings(deadline=None)

#: Any text that a cell can hold: no NUL, no half characters.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)

#: Names of columns as a header keeps them.
names = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8)


def xls(rows):
    """Return the bytes of an Excel 97 workbook with one sheet.

    Nothing writes this format any more, so the records are put together here: a BIFF8 stream
    (BOF, sheet, labels and numbers, EOF) in a compound file of 512-byte sectors.
    """

    def record(number, body=b""):
        return struct.pack("<HH", number, len(body)) + body

    def begin(kind):
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 1997, 0, 6))

    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                label = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                cells += record(0x0204, place + label)
            else:
                cells += record(0x0203, place + struct.pack("<d", value))
    title = b"Data"
    head = len(begin(5)) + 4 + 8 + len(title) + 4
    sheet = record(0x0085, struct.pack("<IHBB", head, 0, len(title), 0) + title)
    stream = begin(5) + sheet + record(0x000A) + begin(0x10) + cells + record(0x000A)
    stream = stream.ljust(max(4096, -len(stream) // 512 * -512), b"\0")
    return _compound(stream)


def _compound(stream):
    """Return a compound file with one stream, called Workbook."""
    size, end, free = len(stream) // 512, 0xFFFFFFFE, 0xFFFFFFFF
    chain = [0xFFFFFFFD, end, *range(3, 2 + size), end]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))

    def entry(name, kind, child, start, length):
        encoded = name.encode("utf-16-le").ljust(64, b"\0")
        links = struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, free, free, child)
        return encoded + links + bytes(36) + struct.pack("<IQ", start, length)

    folder = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream))
    folder = folder.ljust(512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    header += struct.pack("<109I", 0, *[free] * 108)
    return header + table + folder + stream


#: The dirt of three real tables, in rows of our own.
PAEDIATRIC = (
    "\ufeffauthors,publication_year,burnout_prevalence_percent,sd,number_of_participants,"
    "female_percentage,mbi_used,date_data_collected, COVID_status,country,country_income_level\r\n"
    "Ada et al.,2021,50,,17,,MBI,May-18, Pre-COVID,Multiple ,na\r\n"
    "Bo et al.,2017,14.6,22.885,41,17.1,Non-MBI,No mention, Post COVID,USA & Canada,high\r\n"
    "Cy et al.,2016,66,,44,9,MBI,2016 or before, Pre-COVID ,Croatia,medium"
).encode()
ASSISTANTS = (
    b"study_name,author,year,sample_size,proportion_count,burnout_prevalence,sd,mbi_subscales\r\n"
    b"A study,Ada et al. ,2024,1186,286/1186,24.9,,\r\n"
    b'Burnout among others,Bo et al. ,2021,880,295/860,34.3,,"EE: 110/312 (35.3%),  DP: low"\r\n'
    b'"A third, of many",Cy et al. ,2024,"12,599",,26.6,,\r\n'
)
SURGEONS = (
    "\ufeffstudy_name,year,internal_id,sample_size,burnout_prevalence,sd,ee_mean,,can_plot,,"
    "description,lower_bound\r\n"
    "Ada et al.,2005,1S75,149,0.83,,,,,,,\r\n"
    "Bo et al.,2020,15HS9,27,0.4,13.57,,,Y,,40.2 ± 5.119,35.081\r\n"
).encode()

MAPPED = {
    "missing": ["no mention"],
    "columns": {
        "study": {"from": ["study_name", "authors"]},
        "year": {"type": "year", "from": ["publication_year"]},
        "n": {"type": "count", "from": ["sample_size", "number_of_participants"]},
        "events": {"type": "count", "from": ["proportion_count"]},
        "percent": {
            "type": "percent",
            "from": ["burnout_prevalence_percent", "burnout_prevalence"],
        },
    },
}
SURGEON_RULES = {
    "columns": {
        "study": {"from": ["study_name"]},
        "n": {"type": "count", "from": ["sample_size"]},
        "proportion": {"type": "proportion", "from": ["burnout_prevalence"]},
        "can_plot": {"allowed": ["Y"]},
    }
}
