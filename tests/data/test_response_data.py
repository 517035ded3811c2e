"""The parameter sets of complication and control: they load, they cite, and their numbers are the transcribed ones."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from rtcalc.errors import ProtocolError
from rtcalc.evidence import Evidence
from rtcalc.limits import Metric
from rtcalc.registry import Registry
from rtcalc.registry.location import builtin
from rtcalc.response_forms import EvenLogLogistic, Lkb, MetricLogistic, UniformLogistic
from rtcalc.textfile import load
from rtcalc.tumour_control import Poisson

FILES = sorted((builtin() / "response").glob("*.yaml"))


@pytest.fixture(scope="module")
def registry():
    return Registry()


@pytest.fixture(scope="module")
def sets(registry):
    return registry.response


def of(sets, form):
    return [entry for entry in sets.values() if isinstance(entry.form, form)]


# --- counts ----------------------------------------------------------------------------------------------------------
def test_every_transcribed_set_is_there(sets):
    # 57 LKB, 17 logistic of the gEUD, 9 other logistic and 11 control sets were transcribed.
    assert Counter(re.match(r"[a-z]+", key)[0] for key in sets) == {
        "lkb": 57,
        "geud": 17,
        "tcp": 11,
        "logit": 3,
        "logistic": 3,
        "linear": 1,
        "cerr": 1,
        "even": 1,
    }
    assert [path.name for path in FILES] == ["ntcp.yaml", "tcp.yaml"]


def test_evidence_and_holds_are_those_of_the_transcription(sets):
    assert Counter(entry.evidence for entry in sets.values()) == {Evidence.TWO_SOURCES: 21, Evidence.ONE_SOURCE: 73}
    held = [entry.id for entry in sets.values() if entry.hold]
    assert len(held) == 14
    assert sum(key.startswith("lkb") for key in held) == 6
    assert sum(key.startswith("geud") for key in held) == 3
    assert not [key for key in held if key.startswith("tcp")]


def test_sets_without_a_stated_basis_are_not_computed(sets):
    unstated = [entry for entry in sets.values() if entry.dose.kind == "not stated"]
    assert all(entry.why_not for entry in unstated)
    # Eleven LKB sets are neither held nor of a stated basis.
    assert sum(entry.why_not == "dose basis not stated" for entry in unstated) == 11


# --- numbers ---------------------------------------------------------------------------------------------------------
# LKB by source: sets, sum of TD50 in Gy, of m, of n; added up from the transcribed tables, apart from these files.
LKB = {
    "AVIPLANNER": (2, 75.4, 0.48, 1.97),
    "BAKHSHANDEH2012": (1, 60.0, 0.24, 0.49),
    "BAZAN2012": (1, 32.0, 0.175, 1.0),
    "BURMAN1991": (29, 1754.0, 4.235, 6.56),
    "CERR_LUT": (1, 38.7, 0.19, 0.13),
    "CHAPET2005": (1, 51.0, 0.32, 0.44),
    "CHEUNG2007": (1, 77.6, 0.022, 0.00995),
    "DAWSON2002": (2, 85.6, 0.24, 1.94),
    "DIJKEMA2010": (2, 79.3, 0.82, 2.13),
    "FUKADA2021": (1, 57.7, 0.19, 0.36),
    "HOLYOAKE2017": (1, 299.1, 0.51, 0.193),
    "MICHALSKI2010": (1, 76.9, 0.13, 0.09),
    "PAN_DUOD": (1, 180.0, 0.49, 0.12),
    "PEETERS2006": (2, 165.0, 0.38, 0.52),
    "RANCATI2004": (1, 75.7, 0.14, 0.24),
    "RANCATI2009": (1, 47.3, 0.23, 1.17),
    "SEMENENKO2008": (3, 98.9, 1.29, 3.0),
    "SEPPENWOOLDE2003": (1, 30.8, 0.37, 0.99),
    "SOHN2007": (1, 78.4, 0.108, 0.084),
    "TUCKER2010": (1, 79.1, 0.146, 0.077),
    "XU2006": (2, 63.5, 0.71, 1.8),
}


def test_lkb_sums_are_those_of_the_tables(sets):
    sums = defaultdict(lambda: [0, 0.0, 0.0, 0.0])
    for entry in of(sets, Lkb):
        row, form = sums[entry.source], entry.form
        sums[entry.source] = [row[0] + 1, row[1] + form.td50, row[2] + form.m, row[3] + form.n]
    assert {source: tuple(round(number, 6) for number in row) for source, row in sums.items()} == LKB


def test_gay_and_niemierko_sums_are_those_of_the_table(sets):
    forms = of(sets, UniformLogistic)
    totals = [sum(getattr(entry.form, name) for entry in forms) for name in ("td50", "gamma50", "a")]
    assert totals == pytest.approx([899.9, 49.29, 188.0])
    assert sum(entry.dose.alpha_beta[0] for entry in forms if entry.dose.alpha_beta) == pytest.approx(33.0)


def test_the_sets_best_known_are_as_published(sets):
    # Burman 1991: lung 0.87, 0.18, 24.5 Gy; cord 0.05, 0.175, 66.5 Gy; liver 0.32, 0.15, 40 Gy. QUANTEC rectum
    # (Michalski 2010): 0.09, 0.13, 76.9 Gy in EQD2 at 3 Gy. Dawson 2002: 0.97, 0.12, 45.8 and 39.8 Gy.
    published = {
        "lkb-lung-pneumonitis-burman": (0.87, 0.18, 24.5),
        "lkb-spinalcord-myelitis-burman": (0.05, 0.175, 66.5),
        "lkb-liver-failure-burman": (0.32, 0.15, 40.0),
        "lkb-rectum-late-michalski": (0.09, 0.13, 76.9),
        "lkb-liver-rild-metastases-dawson": (0.97, 0.12, 45.8),
        "lkb-liver-rild-primary-dawson": (0.97, 0.12, 39.8),
    }
    for key, values in published.items():
        assert (sets[key].form.n, sets[key].form.m, sets[key].form.td50) == values, key
    assert str(sets["lkb-rectum-late-michalski"].dose) == "EQD2 (a/b 3)"


def test_the_logistic_sets_are_as_transcribed(sets):
    huang = sets["logit-esophagus-acute-huang"].form
    assert huang == MetricLogistic(-3.13, 0.0688, Metric("mean"), (("concurrent chemotherapy", 1.5),))
    jackson = sets["logit-esophagus-acute-jackson"].form
    assert (jackson.intercept, jackson.slope, str(jackson.metric)) == (-4.53, 0.0882, "D3cc")
    appelt = sets["logistic-lungs-gtv-pneumonitis-appelt"].form
    ratios = (("former smoker", 0.69), ("current smoker", 0.62), ("older than 63 years", 1.66))
    more = (("pulmonary comorbidity", 2.27), ("sequential chemotherapy", 1.6), ("middle or lower lobe", 1.87))
    assert appelt == MetricLogistic.from_d50(34.4, 1.19, Metric("mean"), ratios + more)
    schultheiss = sets["even-spinalcord-myelopathy-schultheiss"].form
    assert isinstance(schultheiss, EvenLogLogistic)
    assert (schultheiss.d50, round(4 * schultheiss.gamma50, 2)) == (69.4, 18.72)  # k of the cord fit


def test_the_control_sets_are_as_transcribed(sets):
    found = {
        entry.id: (
            entry.form.alpha,
            entry.form.alpha_sd,
            entry.form.alpha_beta,
            entry.form.clonogens or entry.form.clonogens_per_cc,
            entry.form.doubling_days,
            entry.form.kickoff_days,
        )
        for entry in of(sets, Poisson)
    }
    assert found == {
        "tcp-nsclc-iii-elsharouni": (0.3, 0.02, 15.0, 1e7, 5.0, 14.0),
        "tcp-nsclc-iii-nahum": (0.307, 0.037, 10.0, 1e7, 3.7, 20.9),
        "tcp-cervix-huang": (0.16, 0.0, 14.0, 139.0, 4.5, 19.0),
    }


def test_numbers_are_plausible(sets):
    for entry in of(sets, Lkb):
        assert 0.005 <= entry.form.n <= 1.2, entry.id
        assert 0.02 <= entry.form.m <= 0.6, entry.id
        assert 15 <= entry.form.td50 <= 100 or entry.hold, entry.id
    for entry in of(sets, UniformLogistic):
        assert 1 <= entry.form.gamma50 <= 4, entry.id
        assert 15 <= entry.form.td50 <= 85, entry.id


# --- names and words -------------------------------------------------------------------------------------------------
def test_every_set_says_what_it_is_for_and_where_it_is_from(sets, registry):
    for entry in sets.values():
        assert entry.source in registry.references, entry.id
        assert entry.place, entry.id
        assert entry.endpoint, entry.id
        assert bool(entry.applies_to) is (entry.kind == "ntcp"), entry.id
        assert entry.form is not None or entry.incomplete, entry.id


def test_structures_have_the_shape_of_tg_263(sets):
    for entry in sets.values():
        for name in entry.applies_to:
            assert re.fullmatch(r"[A-Z][A-Za-z0-9]*([_-][A-Z0-9][A-Za-z0-9]*)*", name), entry.id
            assert len(name) <= 16, entry.id


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_files_are_plain_text_and_name_their_schema(path):
    text = path.read_text(encoding="utf-8")
    assert text.isascii()
    assert text.splitlines()[0] == "# yaml-language-server: $schema=../schema/response.schema.json"
    assert load(path).data["schema_version"] == "1"
    assert [line for line in text.splitlines() if len(line) > 160 or line != line.rstrip()] == []


def test_the_schema_for_editors_is_there():
    schema = json.loads((builtin() / "schema" / "response.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["kind"]["enum"] == ["ntcp", "tcp"]
    assert "lkb" in schema["$defs"]["SetEntry"]["properties"]


# --- a department's own sets -----------------------------------------------------------------------------------------
OWN = """schema_version: 1
kind: {kind}
sets:
  - id: own
    organ: Heart
    applies_to: [Heart]
    endpoint: pericarditis
    dose: {dose}
    {form}
    source: GENERIC
    place: board
    evidence: two-sources
"""
EQD2 = "{basis: EQD2, alpha_beta: [3 Gy]}"
SERIALITY = "relative_seriality: {d50: 52.3 Gy, gamma: 1.28, s: 1}"


def own(folder: Path, form=SERIALITY, dose=EQD2, kind="ntcp"):
    path = folder / "response" / "own.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(OWN.format(kind=kind, dose=dose, form=form), encoding="utf-8")
    return Registry(folder).response


def test_a_department_adds_a_set(tmp_path, sets):
    found = own(tmp_path)
    assert len(found) == len(sets) + 1
    assert (found["own"].form.gamma, found["own"].why_not) == (1.28, "")


@pytest.mark.parametrize(
    ("form", "dose", "kind", "message"),
    [
        ("lkb: {n: 1, m: 0.1}", EQD2, "ntcp", "td50: this field is missing"),
        ("lkb: {n: 1, m: 0.1, td50: 48}", EQD2, "ntcp", "has no unit; write 48 Gy"),
        ("lkb: {n: one, m: 0.1, td50: 48 Gy}", EQD2, "ntcp", "'one' is not a number of this kind; write it as in 0.18"),
        ("lkb: {n: 0, m: 0.1, td50: 48 Gy}", EQD2, "ntcp", "n is 0.0; it must be a finite number above zero"),
        (SERIALITY + "\n    lkb: {n: 1, m: 0.1, td50: 48 Gy}", EQD2, "ntcp", "give exactly one of lkb"),
        ("note: nothing", EQD2, "ntcp", "give exactly one of lkb"),
        (SERIALITY + "\n    incomplete: no", EQD2, "ntcp", "give exactly one of lkb"),
        (SERIALITY, "{basis: EQD2}", "ntcp", "dose basis EQD2: EQD2 needs alpha_beta"),
        (SERIALITY, "{basis: BED, alpha_beta: [3 Gy]}", "ntcp", "'BED' is not one of"),
        (SERIALITY, "{basis: EQD2, alpha_beta: []}", "ntcp", "expected at least one entry"),
        (
            "poisson: {alpha: 0.3, clonogens: 1e7}",
            EQD2,
            "tcp",
            "'0.3' is not a number of this kind; write it as in 0.3 /Gy",
        ),
        ("poisson: {alpha: 0.3 /Gy}", EQD2, "tcp", "give either clonogens or clonogens_per_cc"),
        ("poisson: {alpha: 0.3 /Gy, clonogens: 1e7}", "{basis: physical}", "tcp", "the dose basis must be EQD2 at one"),
        ("logit: {metric: V20Gy, intercept: -3, slope: 0.1 /Gy}", EQD2, "ntcp", "V20Gy is not a dose metric"),
        ("exec: {code: 1+1}", EQD2, "ntcp", "unknown field"),
    ],
)
def test_a_wrong_entry_is_refused_with_what_was_expected(tmp_path, form, dose, kind, message):
    with pytest.raises(ProtocolError, match=re.escape(message)):
        own(tmp_path, form, dose, kind)


def test_a_set_for_an_organ_names_its_structures(tmp_path):
    path = tmp_path / "response" / "own.yaml"
    path.parent.mkdir()
    text = OWN.format(kind="ntcp", dose=EQD2, form=SERIALITY).replace("    applies_to: [Heart]\n", "")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProtocolError, match="applies_to names the structures"):
        Registry(tmp_path).response  # noqa: B018
