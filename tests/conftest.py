"""What all tests share: no window opens, figures are closed, and no test measures time."""

import os
import sys

import matplotlib as mpl
import pytest
from hypothesis import settings

mpl.use("agg")

# A law holds or not, however busy the machine is; on CI the same examples are drawn each time.
settings.register_profile("reviewkit", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("reviewkit")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
