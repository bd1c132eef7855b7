"""Made-up records with their truth: works, their copies as databases write them, and look-alikes.

`make_records(n, seed, ...)` gives a frame with a column `gold`: rows of one number are one
work.  Look-alikes (parts, notices, series, papers of one team) have numbers of their own.
"""

import random

import pandas as pd

# ruff: noqa: RUF001 -- names and titles come in all scripts


def split_words(text):
    """Return the words of a text."""
    return text.split()


NAMES = {
    "en": split_words(
        "Smith O'Brien Johnson McAllister Taylor-Hughes Novák Kowalczyk Müller García-López "
        "van_den_Berg de_la_Cruz Nguyen Wang Zhang Li Chen Kim Park Okafor Mensah Haddad Rossi Ångström "
        "Sørensen Łukasiewicz Çelik Ionescu Papadopoulos Fernández Dubois Schröder Yamamoto Banerjee"
    ),
    "fa": split_words("رضایی محمدی کریمی حسینی احمدی موسوی جعفری صادقی یزدانی کاظمی"),
    "ru": split_words(
        "Иванова Петров Смирнова Кузнецов Попова Васильев Соколова Михайлов Новикова Фёдоров"
    ),
}
GIVEN = {
    "en": split_words(
        "Anna Maria John Wei Li Samuel Hannah José Ingrid Kofi Amira Peter Jean-Paul Olga Ravi"
    ),
    "fa": split_words("علی زهرا مریم حسن فاطمه رضا سارا مهدی"),
    "ru": split_words("Анна Ольга Иван Пётр Мария Сергей Елена Дмитрий"),
}
WORDS = {
    "en": split_words(
        "burnout resilience anaesthesia behaviour haemoglobin tumour paediatric organisational labour "
        "programme sleep fatigue supervision caseload trauma exposure empathy turnover retention wellbeing "
        "oncology hospice emergency midwives counsellors teachers interpreters refugees veterans adolescents "
        "coping mindfulness workload stigma disclosure alliance outcome predictors prevalence validation "
        "questionnaire interviews longitudinal randomised cohort registry telehealth rural urban migrant "
        "β-blockers α-tocopherol IL-6 CO2 COVID-19 H1N1 cortisol heart-rate immune metabolic genetic"
    ),
    "es": split_words(
        "agotamiento resiliencia enfermería cuidados niñez adolescencia evaluación intervención estrés "
        "laboral calidad vida psicología clínica salud mental comunitaria rehabilitación depresión ansiedad"
    ),
    "fa": split_words(
        "فرسودگی شغلی پرستاران کیفیت زندگی درمانگران آسیب ثانویه همدلی تاب‌آوری اضطراب افسردگی مراقبت "
        "بیمارستان روان‌درمانی خستگی شفقت آموزش مداخله سلامت روان کارکنان"
    ),
    "ru": split_words(
        "выгорание медсестёр качество жизни психотерапевтов вторичная травма эмпатия устойчивость тревога "
        "депрессия помощь больницы усталость сострадания обучение вмешательство здоровье персонала"
    ),
}
SMALL = {"en": split_words("of in and among for with"), "es": split_words("de en y para"),
         "fa": split_words("در و با بر"), "ru": split_words("в и на при")}  # fmt: skip
JOURNALS = [
    ("Journal of Traumatic Stress", "J Trauma Stress"), ("Social Work", "Soc Work"),
    ("The Lancet. Psychiatry", "Lancet Psychiatry"), ("BMJ Open", "BMJ Open"),
    ("International Journal of Nursing Studies", "Int J Nurs Stud"),
    ("Journal of the American Medical Association", "JAMA"),
    ("Psychological Trauma : Theory, Research, Practice and Policy", "Psychol Trauma"),
    ("Australian and New Zealand Journal of Psychiatry", "Aust N Z J Psychiatry"),
    ("Revista Médica de Chile", "Rev Med Chil"), ("European Journal of Oncology Nursing", "Eur J Oncol Nurs"),
    ("Proceedings of the National Academy of Sciences", "Proc Natl Acad Sci"),
]  # fmt: skip
AMERICAN = {"aesth": "esth", "behaviour": "behavior", "haemo": "hemo", "tumour": "tumor", "paed": "ped",
            "organis": "organiz", "labour": "labor", "programme": "program", "randomis": "randomiz",
            "counsellors": "counselors"}  # fmt: skip
GREEK = {"β": "beta", "α": "alpha"}
DESIGNS = ["a cross-sectional study", "results of a two-year trial", "a pilot study in 3 hospitals",
           "findings from the second wave", "a qualitative enquiry"]  # fmt: skip


def make_work(rnd, gold, languages):
    """Return a work as its authors would write it."""
    language = rnd.choice(languages)
    names = language if language in NAMES else "en"
    words = rnd.sample(WORDS[language], rnd.randint(5, 8))
    title = []
    for word in words:
        title += [word, rnd.choice(SMALL[language])] if rnd.random() < 0.4 else [word]
    text = " ".join(title).rstrip()
    text = text[0].upper() + text[1:]
    year, first = rnd.randint(1990, 2024), rnd.randint(2, 1800)
    return {
        "gold": gold, "language": language, "title": text,
        "subtitle": rnd.choice(DESIGNS) if language == "en" and rnd.random() < 0.45 else "",
        "authors": [(rnd.choice(NAMES[names]).replace("_", " "), rnd.choice(GIVEN[names]),
                     rnd.choice({"fa": "ابپتجدرسشعفک", "ru": "АБВГДЕИКЛМНП"}.get(names, "ABCDEFGHJKLM"))) for _ in range(min(12, 1 + int(rnd.expovariate(0.35))))],
        "year": year, "journal": rnd.choice(JOURNALS), "volume": year - 1975 + rnd.randint(0, 4),
        "issue": rnd.randint(1, 12), "first": first, "last": first + rnd.randint(3, 18),
        "doi": f"10.{rnd.randint(1000, 9999)}/{rnd.choice('abcj')}.{year}.{rnd.randint(10**5, 10**8)}",
        "abstract": " ".join(rnd.choices(WORDS[language], k=90)), "kind": "JOUR", "note": "",
    }  # fmt: skip


def write_title(rnd, work):
    """Return the title as some database has it."""
    text = work["title"] + (
        ": " + work["subtitle"] if work["subtitle"] and rnd.random() > 0.05 else ""
    )
    roll = rnd.random
    if roll() < 0.3:
        for british, american in AMERICAN.items():
            text = text.replace(british, american)
    if roll() < 0.3:
        for letter, name in GREEK.items():
            text = text.replace(letter, name)
    if roll() < 0.1:
        text = text.replace("CO2", "CO<sub>2</sub>").replace(" and ", " &amp; ")
    if roll() < 0.2:
        text = text.replace("-", rnd.choice(["‐", "–", " ", "-"]))
    if roll() < 0.12:
        text = text.upper()
    elif roll() < 0.12:
        text = text.title()
    if roll() < 0.06:
        at = rnd.randrange(1, len(text) - 2)
        if not text[at : at + 2].isdigit() and "<" not in text and "&" not in text:
            text = rnd.choice(
                [text[:at] + text[at + 1 :], text[:at] + text[at + 1] + text[at] + text[at + 2 :]]
            )
    if work["language"] == "fa" and roll() < 0.4:
        text = (
            text.replace("ی", "ي")
            .replace("ک", "ك")
            .replace("\u200c", rnd.choice(["", " ", "\u200c"]))
        )
    if work["language"] != "en" and roll() < 0.2:
        text = f"[{text}]"
    return text + rnd.choice(
        ["", "", "", ".", " [Review]", " (Abstract in English)"] if roll() < 0.3 else [""]
    )


def write_authors(rnd, work):
    """Return authors as some database has them."""
    if rnd.random() < 0.04:
        return ""
    style, given = rnd.random(), []
    for family, first, middle in work["authors"]:
        if rnd.random() < 0.02 and len(family) > 5:
            family = family[:-1]
        initial = ". ".join(part[0] for part in first.split("-")) + "."
        name = [
            first,
            f"{first} {middle}.",
            f"{initial} {middle}.",
            initial,
            f"{first[0]}{middle}",
        ][int(style * 5)]
        given.append(f"{family}, {name}")
    if rnd.random() < 0.08:
        given = [*given[:3], *(["et al."] if len(given) > 3 else [])]
    if rnd.random() < 0.03:
        given = [", ".join(reversed(name.split(", "))) if "," in name else name for name in given]
    return "; ".join(given)


def write_copy(rnd, work, doi_share):
    """Return a work as some database has it."""
    roll = rnd.random
    pages = f"{work['first']}-{work['last']}"
    if roll() < 0.35:
        start, end = str(work["first"]), str(work["last"])
        same = next((i for i, (a, b) in enumerate(zip(start, end, strict=False)) if a != b), 0)
        pages = f"{start}-{end[same:]}" if len(start) == len(end) else pages
    pages = pages.replace("-", rnd.choice("-–‐"))
    doi = work["doi"] if roll() < doi_share else ""
    if doi and roll() < 0.3:
        doi = rnd.choice(
            ["https://doi.org/{}", "doi: {}", "http://dx.doi.org/{}.", "{} [doi]"]
        ).format(doi.upper())
    journal = rnd.choice(work["journal"])
    return {
        "gold": work["gold"], "kind": work["kind"], "title": write_title(rnd, work),
        "authors": write_authors(rnd, work),
        "year": work["year"] + (rnd.choice([-1, 1]) if roll() < 0.05 else 0),
        "journal": journal.upper() if roll() < 0.1 else journal if roll() < 0.97 else "",
        "volume": rnd.choice([str(work["volume"]), f"Vol. {work['volume']}"]) if roll() < 0.92 else "",
        "issue": str(work["issue"]) if roll() < 0.8 else "", "pages": pages if roll() < 0.85 else "",
        "doi": doi, "abstract": work["abstract"] if roll() < 0.6 else "",
        "language": work["language"] if roll() < 0.5 else "",
    }  # fmt: skip


def make_lookalike(rnd, work, gold):
    """Return a work that is another one, however like this it is."""
    other = {
        **work,
        "gold": gold,
        "doi": f"10.9{rnd.randint(100, 999)}/x.{rnd.randint(10**5, 10**8)}",
    }
    length = work["last"] - work["first"]
    move = rnd.randint(30, 300)
    other["first"] += move
    other["last"] = other["first"] + length
    title, year = work["title"], work["year"]
    kind = rnd.choice(sorted(LOOKALIKES))
    return {**other, **LOOKALIKES[kind](rnd, title, year, work), "note": kind}


def _team(rnd, title, year, work):
    """Another paper of the same team in the same volume: one word is another one."""
    words = title.split()
    pool = [word for word in WORDS[work["language"]] if word not in title.lower()]
    at = max(range(len(words)), key=lambda i: len(words[i]))
    words[at] = rnd.choice([word for word in pool if abs(len(word) - len(words[at])) > 2] or pool)
    return {"title": " ".join(words)}


LOOKALIKES = {
    "erratum": lambda r, t, y, w: {"title": f"{r.choice(['Erratum to: ', 'Corrigendum: ', 'Correction to: '])}{t}",
                                   "year": y + r.randint(0, 1)},
    "trailing erratum": lambda r, t, y, w: {"title": f"{t} (vol {w['volume']}, pg {w['first']}, {y})", "subtitle": ""},
    "reply": lambda r, t, y, w: {"title": f"{r.choice(['Reply to: ', 'Re: ', 'Comment on: '])}{t}", "subtitle": ""},
    "retraction": lambda r, t, y, w: {"title": f"Retraction notice to: {t}", "year": y + 2, "volume": w["volume"] + 2},
    "part": lambda r, t, y, w: {"title": f"{t}, Part {r.choice(['II', '2', 'two'])}", "subtitle": "",
                                "first": w["last"] + 1, "last": w["last"] + 9},
    "protocol": lambda r, t, y, w: {"subtitle": "study protocol for a randomised trial", "year": y - 2,
                                    "volume": w["volume"] - 2},
    "preprint": lambda r, t, y, w: {"journal": ("medRxiv", "medRxiv"), "year": y - 1, "volume": "", "issue": "",
                                    "first": 0, "last": 0, "doi": f"10.1101/2020.01.{r.randint(10, 28)}.{r.randint(10**7, 10**8)}"},
    "meeting": lambda r, t, y, w: {"journal": ("European Psychiatry", "Eur Psychiatry"), "year": y - 1,
                                   "volume": w["volume"] + 9, "kind": "Conference Abstract"},
    "annual": lambda r, t, y, w: {"year": y + 1, "volume": w["volume"] + 1},
    "edition": lambda r, t, y, w: {"title": f"{t}, 2nd edition", "year": y + 4, "volume": w["volume"] + 4},
    "update": lambda r, t, y, w: {"title": f"{t}: an update", "subtitle": "", "year": y + 3, "volume": w["volume"] + 3},
    "team": _team,
    "other team": lambda r, t, y, w: {"authors": make_work(r, 0, [w["language"]])["authors"], "year": y + 5,
                                      "volume": w["volume"] + 5, "journal": r.choice(JOURNALS)},
}  # fmt: skip


def make_records(
    n, seed, *, doi_share=0.6, languages=("en",), copies=0.35, lookalikes=0.08, editorials=0.02
):
    """Return n records in a random order, with a column `gold`."""
    rnd = random.Random(seed)
    rows, gold = [], 0
    while len(rows) < n:
        gold += 1
        work = make_work(rnd, gold, languages)
        if rnd.random() < editorials:
            work |= {
                "title": rnd.choice(["Editorial", "Introduction", "Book review"]),
                "subtitle": "",
                "abstract": "",
            }
        source = rnd.sample(["MEDLINE", "Embase", "Scopus", "PsycINFO", "CINAHL"], 5)
        count = rnd.choice([2, 2, 2, 3, 4]) if rnd.random() < copies else 1
        rows += [
            {**write_copy(rnd, work, doi_share), "source": source[i], "note": ""}
            for i in range(count)
        ]
        if rnd.random() < lookalikes and work["abstract"]:
            gold += 1
            other = make_lookalike(rnd, work, gold)
            row = {**write_copy(rnd, other, doi_share), "source": source[4], "note": other["note"]}
            row["abstract"] = row["abstract"] if other["note"] in ("preprint", "meeting") else ""
            if other["first"] == 0:
                row |= {"pages": "", "volume": "", "issue": ""}
            rows.append(row)
    rnd.shuffle(rows)
    frame = pd.DataFrame(rows[:n])
    frame.insert(0, "record", [f"R{at:06d}" for at in range(len(frame))])
    return frame


#: Sets with different troubles, as options of make_records.
PROFILES = {
    "plain": {},
    "no DOI at all": {"doi_share": 0.0},
    "few DOIs, many look-alikes": {"doi_share": 0.3, "lookalikes": 0.3},
    "other languages, no DOI": {"doi_share": 0.0, "languages": ("es", "fa", "ru")},
    "all languages": {"languages": ("en", "es", "fa", "ru"), "doi_share": 0.5},
    "editorials and series": {"doi_share": 0.2, "editorials": 0.25},
}
