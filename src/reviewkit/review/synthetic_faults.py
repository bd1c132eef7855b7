from typing import NamedTuple


class Planted(NamedTuple):
    fault: str
    where: str
    was: str
    became: str
    rules: tuple
    says: str


FAULTS = {}
