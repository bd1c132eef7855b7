"""Synthetic reviews: clean ones are clean, planted faults are faults, and the audit finds them."""

import re
from collections import Counter, defaultdict

import pandas as pd
import pytest

import reviewkit as rk
from reviewkit.review.synthetic_faults import FAULTS, Planted, is_found
from reviewkit.review.synthetic_planting import exchange_digits, move_percent, share_fits
from reviewkit.screening.flow_keys import choose_template

# Seeds on which neither rules nor generator were developed.
CLEAN, FAULTY = range(20_000, 20_200), range(30_000, 30_200)


def audit(folder, seed, faults=(), **options):
    made = rk.make_review(seed, faults, folder=folder / str(seed), **options)
    return made, made.review().findings


def alarms(findings):
    return [str(finding) for finding in findings if finding.severity != "note"]


# The measured promise: 200 clean reviews without an alarm, 95 % of faults in 200 others.


@pytest.mark.parametrize("first", range(0, 200, 25))
def test_clean_reviews_have_no_error_and_no_warning(tmp_path, first):
    said = {seed: alarms(audit(tmp_path, seed)[1]) for seed in CLEAN[first : first + 25]}
    assert not {seed: found for seed, found in said.items() if found}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Each kind of fault in turn, one a review: fault → whether each was found."""
    folder, kinds = tmp_path_factory.mktemp("faulty"), list(FAULTS)
    found = defaultdict(list)
    for at, seed in enumerate(FAULTY):
        made, findings = audit(folder, seed, [kinds[at % len(kinds)]])
        (planted,) = made.planted
        found[planted.fault].append(is_found(planted, findings))
    return found


def test_nineteen_of_twenty_planted_faults_are_found(faulty):
    tries = [one for some in faulty.values() for one in some]
    assert len(tries) == 200
    assert sum(tries) / len(tries) >= 0.95


def test_no_kind_of_fault_is_missed_every_time(faulty):
    assert faulty.keys() == FAULTS.keys()
    assert not [kind for kind, tries in faulty.items() if not any(tries)]


def test_several_faults_are_found_in_one_review(tmp_path):
    names = ["flow.screened", "groups.sum", "percentages.grim", "constructs.version", "search.not"]
    made, findings = audit(tmp_path, 5, names)
    assert [planted.fault for planted in made.planted] == names
    assert all(is_found(planted, findings) for planted in made.planted)


# Laws.


def test_a_seed_gives_the_same_bytes(tmp_path):
    one, two, other = (
        rk.make_review(seed, ["pools.recipe"], folder=tmp_path / name)
        for seed, name in ((3, "a"), (3, "b"), (4, "c"))
    )
    assert dict(one.files) == dict(two.files)
    assert one.planted == two.planted
    assert dict(one.files) != dict(other.files)
    written = {p.relative_to(one.folder).as_posix(): p.read_bytes()
               for p in one.folder.rglob("*") if p.is_file()}  # fmt: skip
    assert written == dict(one.files)


def test_reviews_differ_in_what_they_hold_and_how_they_print(tmp_path):
    made = [rk.make_review(seed, folder=tmp_path / str(seed)) for seed in range(40)]
    names = Counter(name.rpartition(".")[0] for one in made for name in one.files)
    optional = [name for name in names if name != "review"]
    assert len(optional) >= 14
    assert all(0 < names[name] < 40 for name in optional), (
        "no optional file is always or never there"
    )
    texts = [b"".join(one.files.values()).decode() for one in made]
    assert len({text.count("\n") for text in texts}) > 30
    for mark in ("%", " %", "\ufeff", ";", "ü", "n = "):
        assert any(mark in text for text in texts), mark
    flows = [
        one.files["reported/flow.csv"].decode() for one in made if "reported/flow.csv" in one.files
    ]
    templates = {choose_template(set(re.findall(r"\w+", text))) for text in flows}
    assert templates == {"new-v1", "new-v2", "updated-v1", "updated-v2"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_says_where_it_is_and_what_it_was(tmp_path, fault):
    made = rk.make_review(11, [fault], folder=tmp_path / "r")
    (planted,) = made.planted
    assert planted.where
    assert planted.was != planted.became
    assert planted.rules
    assert planted.says.endswith(".")
    assert made.truth["fault"].tolist() == [fault]
    assert fault in made.summary()


@pytest.mark.parametrize("n_studies", [4, 60])
def test_the_number_of_studies_is_the_one_that_is_asked_for(tmp_path, n_studies):
    made, findings = audit(tmp_path, 8, ["studies.secondary"], n_studies=n_studies)
    assert made.review().studies["study"].nunique() == n_studies
    assert {f.rule for f in findings if f.severity != "note"} == {"studies.secondary"}


def test_a_review_is_a_path(tmp_path):
    made = rk.make_review(2, folder=tmp_path / "r")
    assert rk.open_review(made).title == made.review().title
    assert "clean" in made.summary()
    assert made.truth.empty


def test_without_a_folder_a_new_one_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    one, two = rk.make_review(1), rk.make_review(1)
    assert one.folder != two.folder
    assert one.folder.parent == tmp_path


def test_what_counts_as_found():
    planted = Planted("x", "", "", "", ("flow.", "groups.sum"), "")
    note, error = (rk.Finding("flow.screened", s, "w", "m") for s in ("note", "error"))
    other = rk.Finding("groups.summary", "error", "w", "m")
    assert is_found(planted, [error])
    assert not is_found(planted, [note, other])


def test_tools_of_planters():
    assert list(exchange_digits("1,203")) == ["2,103", "1,023", "1,230"]
    assert move_percent("12,5 %", 3) == "12,8 %"
    assert move_percent("99", 5) is None
    assert share_fits(1, 8, "12.5")
    assert share_fits(1, 8, "13")
    assert share_fits(1, 8, "12"), "a half may be rounded either way"
    assert not share_fits(1, 8, "12.4")


# Misuse.


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((-1,), {}, "`seed` must be a whole number, 0 or more. Got -1"),
        ((True,), {}, "`seed` must be a whole number"),
        (("7",), {}, "`seed` must be a whole number"),
        ((1, ["flow.screned"]), {}, "`faults` must be one of"),
        ((1,), {"n_studies": 3}, "`n_studies` must be a whole number from 4 to 400"),
    ],
)
def test_arguments_that_do_not_fit(tmp_path, arguments, options, message):
    with pytest.raises(rk.InputError, match=re.escape(message)):
        rk.make_review(*arguments, folder=tmp_path / "r", **options)
    assert not (tmp_path / "r").exists()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(rk.InputError, match="nothing is overwritten"):
        rk.make_review(1, folder=tmp_path)


def test_faults_that_have_no_room_beside_each_other(tmp_path):
    names = ["flow.left_for_removed"] * 2  # the second finds what it would print
    with pytest.raises(rk.InputError, match=r"has room for flow\.left_for_removed, flow\.left"):
        rk.make_review(1, names, folder=tmp_path / "r")


def test_one_fault_may_be_a_text(tmp_path):
    made = rk.make_review(1, "groups.part", folder=tmp_path / "r")
    assert isinstance(made.truth, pd.DataFrame)
    assert made.truth["fault"].tolist() == ["groups.part"]
