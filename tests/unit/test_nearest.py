"""Names that were probably meant: a slip finds its name, a stranger finds none."""

import pytest

from rtcalc.nearest import nearest
from rtcalc.registry import Registry
from rtcalc.registry.structures import tg263_names

DRUGS = Registry().drugs
NAMES = [*DRUGS, *(alias for drug in DRUGS.values() for alias in drug.aliases)]
# In common use, and none of them is in the registry or resembles what is.
STRANGERS = [
    "metformin",
    "methotrexate",
    "doxorubicin",
    "cisplatin",
    "dexamethasone",
    "aspirin",
    "ibuprofen",
    "tamoxifen",
]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_drug_with_one_letter_missing_finds_itself_first(name: str) -> None:
    if len(name) > 5:  # of shorter code names one letter is too much
        assert nearest(name[:3] + name[4:], NAMES)[0] == name


@pytest.mark.parametrize("name", STRANGERS)
def test_a_drug_of_another_kind_finds_nothing(name: str) -> None:
    assert nearest(name, NAMES) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("left kidney", "Kidney_L"),
        ("spinal cord", "SpinalCord"),
        ("small bowel", "Bowel_Small"),
        ("oesophagus", "Esophagus"),
        ("Bladder wall", "Bladder_Wall"),
        ("cauda", "CaudaEquina"),
    ],
)
def test_an_organ_in_common_words_finds_its_name(written: str, meant: str) -> None:
    assert nearest(written, tg263_names())[0] == meant


def test_a_word_of_no_letters_finds_nothing() -> None:
    assert nearest("???", ["TG101"]) == nearest("", ["TG101"]) == []
