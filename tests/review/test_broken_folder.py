"""A folder that cannot be a review: one message that lists what is wrong where."""

import pytest
from review_cases import DECISIONS, FLOW, OUTCOMES, SEGMENTS, STUDIES, WHOLE, write_folder

import reviewkit as rk
from reviewkit.review.folder import open_review
from reviewkit.review.reading import Ledger


@pytest.fixture
def whole(tmp_path):
    return write_folder(tmp_path, WHOLE)


def pool(tmp_path, text, settings=""):
    return open_review(
        write_folder(tmp_path, {"extraction/outcomes.csv": text, "review.toml": settings})
    )


def test_no_such_folder(tmp_path):
    with pytest.raises(rk.InputError, match=r"A review is a folder.*there is nothing"):
        open_review(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(rk.InputError, match="there is a file"):
        open_review(tmp_path / "file")


def test_nothing_readable_says_what_it_may_hold(tmp_path):
    write_folder(tmp_path, {"notes.txt": "x"})
    with pytest.raises(rk.InputError, match=r"at least one of review\.toml, .*`reviewkit new`"):
        open_review(tmp_path)


BROKEN = {
    "review.toml": ('titel = "x"\n', "did you mean 'title'"),
    "screening/decisions.csv": ("", "empty"),
    "extraction/studies.csv": (b"%PDF-1.7 \x00", "PDF"),
    "extraction/outcomes.csv": ("study,outcome,evnts,total\na,ee,1,9\n", "'events'"),
    "coding/codebook.csv": ("code,code,theme\na,b,c\n", "code"),
    "coding/segments.csv": ("study;text\na;b\n", "'code'"),
    "reported/flow.csv": ("box,n\nscreened,243.5\nscreend,3\n", "did you mean 'screened'"),
    "reported/scale.csv": ("label,lower,upper\ngood,0.9,0.8\n", "'good' from '0.9' to '0.8'"),
    "reported/percentages.csv": ("id,percent,kind\nP1,some,point\n", "some"),
    "reported/agreement.csv": (
        "coefficient,value\nkappa,high\n",
        "Found 'high' in line 2, column value",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_with_what_is_wrong(whole, name):
    content, said = BROKEN[name]
    write_folder(whole, {name: content})
    with pytest.raises(rk.InputError) as caught:
        open_review(whole)
    assert f"\n  {name}: " in str(caught.value)
    assert said in str(caught.value)
    assert "1 is not" in str(caught.value)


def test_all_broken_files_are_in_one_error(whole):
    write_folder(whole, {name: content for name, (content, _) in BROKEN.items()})
    with pytest.raises(rk.InputError) as caught:
        open_review(whole)
    assert f"{len(BROKEN)} are not" in str(caught.value)
    for name, (_, said) in BROKEN.items():
        assert f"\n  {name}: " in str(caught.value)
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("study,outcome,events,total\na,ee,12,9\n", "above the total"),
        ("study,outcome,events,total\na,ee,-1,9\n", "below 0"),
        ("study,outcome,events,total\na,ee,1.5,9\n", "1.5"),
        ("study,outcome,events,total\na,ee,0,0\n", "'0'"),
        ("study,outcome,events,total\na,ee,many,9\n", "many"),
        ("study,outcome,events,total\na,ee,1,9\na,ee,2,9\n", "the same study, outcome"),
        ("study,outcome,events,total\n,ee,1,9\n", "no study is named"),
    ],
)
def test_counts_that_cannot_be(tmp_path, text, match):
    with pytest.raises(rk.InputError, match=match):
        pool(tmp_path, text)


def test_options_for_an_outcome_that_is_not_there(tmp_path):
    with pytest.raises(rk.InputError, match=r"must name an outcome.*'ee', 'sts'. Got 'eee'"):
        pool(tmp_path, OUTCOMES, '[pools.eee]\nmodel = "common"\n')


def test_an_option_that_is_none(tmp_path):
    with pytest.raises(rk.InputError, match=r"outcome 'ee': `tau2` must be one of.*Got 'XX'"):
        pool(tmp_path, OUTCOMES, '[pools.ee]\ntau2 = "XX"\n')


def test_two_files_for_one_table(whole):
    write_folder(whole, {"extraction/studies.tsv": "study\ta\n1\t2\n"})
    with pytest.raises(rk.InputError, match=r"studies must be one file\. Found studies\.csv"):
        open_review(whole)


def test_a_box_twice(tmp_path):
    write_folder(tmp_path, {"reported/flow.csv": f"{FLOW}screened,244\n"})
    with pytest.raises(rk.InputError, match=r"Each box must stand in one row.*'screened'"):
        open_review(tmp_path)


def test_studies_that_are_coded_and_not_listed_are_noted(whole):
    write_folder(whole, {"coding/segments.csv": f"{SEGMENTS}Zoe 1999,pay\n"})
    review = open_review(whole)
    assert "does not have: 'Zoe 1999'" in " ".join(review.notes)
    assert review.themes.n_studies == 3


def test_three_raters_have_an_alpha_in_the_report(whole, tmp_path):
    text = DECISIONS + "".join(f"r{i},Cat,full_text,include,\n" for i in (1, 2, 3))
    review = open_review(write_folder(whole, {"screening/decisions.csv": text}))
    assert review.agreement["full_text"].n_raters == 3
    page = review.report(tmp_path / "report.html")
    assert "Krippendorff’s alpha" in page.read_text(encoding="utf-8")


def test_a_note_is_said_once(tmp_path):
    ledger = Ledger(write_folder(tmp_path, {"extraction/studies.csv": STUDIES}))
    ledger.note_input(tmp_path / "extraction" / "studies.csv")
    ledger.notes += ["a", "b", "a"]
    assert ledger.close()[2] == ("a", "b")
