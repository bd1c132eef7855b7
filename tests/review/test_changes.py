"""A review at two moments: locks, and what changed between them in words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_cases import OUTCOMES, SEGMENTS, WHOLE, write_folder

import reviewkit as rk
from reviewkit.cli import main
from reviewkit.review.bundled import example, example_names
from reviewkit.review.lock import read_lock, take_snapshot
from reviewkit.review.numbers import list_numbers


@pytest.fixture
def old(tmp_path):
    return rk.open_review(write_folder(tmp_path / "old", WHOLE))


def changed(tmp_path, **files):
    named = {name.replace("__", "/") + ".csv": text for name, text in files.items()}
    return rk.open_review(write_folder(tmp_path / "new", {**WHOLE, **named}))


@pytest.mark.parametrize("name", example_names())
def test_a_lock_gives_back_every_number(tmp_path, name):
    review = rk.open_review(example(name))
    now, then = take_snapshot(review), read_lock(rk.lock_review(review, tmp_path / "review.lock"))
    assert list(now.numbers) == list(then.numbers)
    for key, number in now.numbers.items():
        assert math.isclose(number.value, then.numbers[key].value, rel_tol=0) or (
            math.isnan(number.value) and math.isnan(then.numbers[key].value)
        )
        assert then.numbers[key].text == number.text
    assert (now.inputs, now.studies, now.themes) == (then.inputs, then.studies, then.themes)
    assert rk.compare_reviews(tmp_path / "review.lock", review).is_same


def test_a_lock_is_the_same_bytes_twice(tmp_path, old):
    first = rk.lock_review(old, tmp_path / "a.lock").read_bytes()
    assert first == rk.lock_review(old, tmp_path / "b.lock").read_bytes()
    assert rk.lock_review(old).name == "review.lock"


def test_numbers_have_names_and_words(old):
    numbers = list_numbers(old)
    assert numbers["pools.ee.estimate"].text.endswith("%")
    assert numbers["flow.screened"].text == "243"
    assert numbers["themes.mind.n_studies"].value == 1
    assert "agreement.full_text.cohen_kappa.estimate" in numbers


def test_a_study_added_is_told_with_what_it_does(tmp_path, old):
    outcomes = OUTCOMES + "Di 2024,ee,exhaustion,MBI,27,40,80,50,article\n"
    new = changed(tmp_path, extraction__outcomes=outcomes)
    changes = rk.compare_reviews(old, new)
    (said,) = changes.sentences
    before, after = (list_numbers(r)["pools.ee.estimate"].text[:-2] for r in (old, new))
    assert said.startswith(
        f"High EE: pooled prevalence {before} → {after} %, 1 study added (Di 2024)"
    )
    assert "includes the earlier estimate" in said
    assert changes.files == ("extraction/outcomes.csv: changed",)
    assert "pools.ee.k" in changes.to_frame()["key"].tolist()


def test_counts_that_were_corrected_and_a_study_that_left(tmp_path, old):
    outcomes = OUTCOMES.replace("12,40,30,", "14,40,35,").replace("Cy 2021,ee,exhaustion,MBI,27,0,25,0,article\n", "")  # fmt: skip
    (said,) = rk.compare_reviews(old, changed(tmp_path, extraction__outcomes=outcomes)).sentences
    assert "1 study removed (Cy 2021)" in said
    assert "1 study with other counts (Ada 2019)" in said


def test_flow_and_themes_in_words(tmp_path, old):
    flow = "box,n\nidentified,400\nother_removed,78\nscreened,322\nexcluded,301\nassessed,21\n"
    new = changed(tmp_path, reported__flow=flow, coding__segments=SEGMENTS + "Cy 2021,pay\n")
    said = " ".join(rk.compare_reviews(old, new).sentences)
    assert "321 → 400" in said
    assert "Theme work: 1 → 2 studies, 1 added (Cy 2021)" in said


def test_a_pool_that_is_new(tmp_path, old):
    outcomes = OUTCOMES + "Bo 2020,dp,depersonalisation,MBI,10,9,120,7.5,article\n"
    said = rk.compare_reviews(old, changed(tmp_path, extraction__outcomes=outcomes)).sentences
    assert "dp: new." in said


def test_another_recipe_is_told(tmp_path, old):
    toml = WHOLE["review.toml"] + 'ci = "z"\n'
    folder = write_folder(tmp_path / "new", {**WHOLE, "review.toml": toml})
    (said,) = rk.compare_reviews(old, folder).sentences
    assert "the recipe changed" in said


def test_changes_are_written(tmp_path, old):
    outcomes = OUTCOMES + "Di 2024,ee,exhaustion,MBI,27,40,80,50,article\n"
    changes = rk.compare_reviews(old, changed(tmp_path, extraction__outcomes=outcomes))
    page = changes.save(tmp_path / "changes.html").read_text(encoding="utf-8")
    assert "Di 2024" in page
    assert "Every number that changed" in page
    assert changes.save(tmp_path / "changes.csv").is_file()
    assert "Nothing changed" in rk.compare_reviews(old, old).save(tmp_path / "b.html").read_text(encoding="utf-8")  # fmt: skip
    with pytest.raises(rk.InputError, match=r"must end in \.csv or \.html"):
        changes.save(tmp_path / "changes.pdf")


def test_the_commands(tmp_path, capsys):
    folder = write_folder(tmp_path / "mine", WHOLE)
    assert main(["lock", str(folder)]) == 0
    assert main(["diff", str(folder)]) == 0
    outcomes = OUTCOMES + "Di 2024,ee,exhaustion,MBI,27,40,80,50,article\n"
    write_folder(folder, {"extraction/outcomes.csv": outcomes})
    assert main(["diff", str(folder), "-o", str(tmp_path / "d.html")]) == 1
    assert "1 study added (Di 2024)" in capsys.readouterr().out


@given(st.text(min_size=1, max_size=20), st.integers(0, 9))
def test_any_name_survives_a_lock(tmp_path_factory, name, n):
    from dataclasses import replace

    folder = tmp_path_factory.mktemp("lock")
    review = rk.open_review(example("psychotherapist-injuries"))
    text = name.encode("utf-8", "ignore").decode()
    review = replace(review, title=f"{text}{n}")
    assert read_lock(rk.lock_review(review, folder / "a.lock")).title == f"{text}{n}"


@pytest.mark.parametrize(
    "text", ["form = 9", "not toml [", "title = 3", "form = 1\n[numbers.a]\nx=1"]
)
def test_what_is_no_lock(tmp_path, text):
    path = tmp_path / "review.lock"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(rk.ParseError, match="must be a lock"):
        rk.compare_reviews(path, path)


def test_what_is_neither_review_nor_lock(tmp_path, old):
    with pytest.raises(rk.InputError, match="must be a review, its folder or a lock"):
        rk.compare_reviews(old, 7)
    with pytest.raises(rk.InputError, match="There must be a lock"):
        rk.compare_reviews(tmp_path / "nothing.lock", old)
    with pytest.raises(rk.InputError, match="must be a Review"):
        rk.lock_review("folder")
