"""Made-up appraisals that the tests share."""

import pandas as pd
from hypothesis import strategies as st

from reviewkit.appraisal.instruments import INSTRUMENTS

#: Answers of four made-up studies to the nine items of the JBI checklist.
JBI = {
    "Ada 2019": ["yes", "yes", "no", "yes", "unclear", "yes", "yes", "yes", "no"],
    "Bo 2021": ["yes"] * 9,
    "Cy 2015": ["no", "no", "no", "unclear", "unclear", "yes", "no", "yes", "not applicable"],
    "Di 2023": ["yes", "yes", "yes", "yes", "yes", "yes", "no", "yes", "unclear"],
}


def make_wide(answers=JBI, prefix="Q", **columns):
    """Return one row a study."""
    frame = pd.DataFrame.from_dict(answers, orient="index")
    frame.columns = [f"{prefix}{at + 1}" for at in range(frame.shape[1])]
    frame.insert(0, "study", frame.index)
    return frame.reset_index(drop=True).assign(**columns)


def make_long(answers=JBI):
    """Return one row a study and item."""
    rows = [(s, str(at), a) for s, row in answers.items() for at, a in enumerate(row, start=1)]
    return pd.DataFrame(rows, columns=["study", "item", "judgement"])


@st.composite
def appraisals(draw, names=tuple(INSTRUMENTS), missing=True, most=5):
    """Draw an instrument and answers of some studies to it; "" is no answer."""
    one = INSTRUMENTS[draw(st.sampled_from(names))]
    k = draw(st.integers(1, most))
    blank = [""] if missing else []
    choices = [st.sampled_from([*one.allowed(item), *blank]) for item in one.items]
    rows = draw(st.lists(st.tuples(*choices), min_size=k, max_size=k))
    return one, {f"Study {at}": dict(zip([i.id for i in one.items], row, strict=True)) for at, row in enumerate(rows)}  # fmt: skip
