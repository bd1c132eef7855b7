"""Axes that grow upwards."""

import pytest

from reviewkit.present.lettering import TextStyle
from reviewkit.present.rising import rising_ruler


def test_the_largest_value_stands_at_the_top():
    ruler = rising_ruler("I², %", [0.0, 1.0], "percent")((20.0, 220.0), TextStyle(8))
    assert ruler.at(1.0) == pytest.approx(20)
    assert ruler.at(0.0) == pytest.approx(217)
    assert ruler.at(ruler.high) == pytest.approx(220)
    assert dict(ruler.ticks)[0.0] == "0"
    assert dict(ruler.ticks)[1.0] == "100"
