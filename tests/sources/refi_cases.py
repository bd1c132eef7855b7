"""Files of REFI-QDA as other programs write them, made by hand."""

import zipfile

NAMESPACE = ' xmlns="urn:QDA-XML:project:1.0"'


def guid(number):
    return f"{number:08X}-0000-4000-8000-00000000000A"


USERS = f'<Users><User guid="{guid(1)}" name="Ada"/><User guid="{guid(2)}" name="Bo"/></Users>'
CODES = (
    f'<Codes><Code guid="{guid(10)}" name="Work" isCodable="false">'
    f'<Code guid="{guid(11)}" name="Stress" isCodable="true"><Description>at work</Description></Code>'
    f'</Code><Code guid="{guid(12)}" name="Home" isCodable="true" color="#46AA00">'
    f'<Code guid="{guid(13)}" name="Stress" isCodable="true"/></Code></Codes>'
)
SOURCE = guid(20)


STRESS, ADA = guid(11), guid(1)


def selection(start, end, code=STRESS, *, name="", user=ADA, memo="", number=30):
    """Return a selection; without a code it has a memo alone."""
    described = f"<Description>{memo}</Description>" if memo else ""
    coding = f'<Coding guid="{guid(number + 1)}" creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding>'
    return (
        f'<PlainTextSelection guid="{guid(number)}" name="{name}" startPosition="{start}" '
        f'endPosition="{end}">{described}{coding if code else ""}</PlainTextSelection>'
    )


def project(*selections, namespace=NAMESPACE, users=USERS, codes=CODES, cases="", sets="", more=""):
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project{namespace} name="p" origin="X 1.0">{users}'
        f"<CodeBook>{codes}</CodeBook>{cases}<Sources>"
        f'<TextSource guid="{SOURCE}" name="lee.txt" plainTextPath="internal://{SOURCE}.txt">'
        f"{''.join(selections)}</TextSource>{more}</Sources>{sets}</Project>"
    )


def pack(path, qde, files, *, folder="Sources"):
    """Write a project; `files` are texts by the name within its folder of sources."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", qde)
        for name, data in files.items():
            archive.writestr(f"{folder}/{name}", data)
    return path


def spread(text, *words):
    """Return start and end of each word in a text."""
    return [(text.index(word), text.index(word) + len(word)) for word in words]
