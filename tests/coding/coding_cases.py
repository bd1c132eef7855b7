"""The 15 challenges of a published review with the studies behind them, and random coding."""

import pandas as pd
from hypothesis import strategies as st

MIND, WORK = "Psychological Challenges", "Professional Challenges"

# Theme, code, numbers of the studies in the list of references.
CHALLENGES = [
    (MIND, "Burnout due to psychological stress", "10"),
    (MIND, "Decreased psychological well-being related to work-life balance", "10"),
    (MIND, "Secondary trauma and compassion fatigue due to early experiences of shame and security", "19"),
    (MIND, "Affective well-being affected by individual-level and country-level factors during the COVID-19 pandemic", "16"),
    (MIND, "Mental health symptoms like anxiety, depression, and insomnia during the COVID-19 pandemic", "20"),
    (MIND, "Relationship anxiety and stress linked to personal life and professional work", "15"),
    (MIND, "Compassion fatigue exacerbated by psychological demands and poor work-life balance", "19"),
    (WORK, "Ethical dilemmas and reduced clinical efficiency due to burnout", "11"),
    (WORK, "Impact of therapeutic relationship quality on burnout", "12"),
    (WORK, "Work-related burnout influenced by the severity of clients' mental health issues", "10 13"),
    (WORK, "Personality factors such as insecure attachment affecting professional performance", "18"),
    (WORK, "Occupational stress due to client type, session duration, and workload", "16"),
    (WORK, "Impact of self-disclosure on communication and mutual understanding in therapy", "17"),
    (WORK, "Influence of economic insecurity and professional demands on quality of life", "15"),
    (WORK, "Reduced emotional well-being and professional satisfaction during the COVID-19 pandemic", "16"),
]  # fmt: skip
CODEBOOK = pd.DataFrame([(code, theme) for theme, code, _ in CHALLENGES], columns=["code", "theme"])
SEGMENTS = pd.DataFrame(
    [(study, code) for _, code, studies in CHALLENGES for study in studies.split()],
    columns=["study", "code"],
)
IN_REVIEW = [str(number) for number in range(10, 21)]  # 14 stands behind no challenge

names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6)


@st.composite
def codings(draw):
    """Draw segments and a codebook; some codes may have no segment."""
    codes = draw(st.lists(names, min_size=1, max_size=6, unique=True))
    studies = draw(st.lists(names, min_size=1, max_size=6, unique=True))
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(studies), st.sampled_from(codes)), min_size=1, max_size=25
        )
    )
    themes = [draw(st.sampled_from(["A", "B", "C"])) for _ in codes]
    segments = pd.DataFrame(pairs, columns=["study", "code"])
    return segments, pd.DataFrame({"code": codes, "theme": themes})


def make_coding(n_codes, n_themes=3, n_studies=20, per_code=4):
    """Return segments and a codebook in which the first codes have the most studies."""
    pairs = [
        (f"Study {(7 * code + 3 * one * one) % n_studies}", code)
        for code in range(n_codes)
        for one in range(max(1, 3 * per_code - code))
    ]
    label = [f"{CHALLENGES[code % 15][1]} {code}" for code in range(n_codes)]
    segments = pd.DataFrame(
        [(study, label[code]) for study, code in pairs], columns=["study", "code"]
    )
    themes = [f"Theme {code % n_themes + 1}" for code in range(n_codes)]
    return segments, pd.DataFrame({"code": label, "theme": themes})
