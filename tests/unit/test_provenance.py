import json

from rtcalc.effects import bed
from rtcalc.provenance import Provenance


def test_to_dict_survives_json() -> None:
    parent = Provenance("entered", inputs=(("dose", "45 Gy"),))
    origin = Provenance("LQ", ("fowler1989",), (("dose", "45 Gy"), ("fractions", "5")), (parent,))
    assert json.loads(json.dumps(origin.to_dict())) == {
        "model": "LQ",
        "citations": ["fowler1989"],
        "inputs": [["dose", "45 Gy"], ["fractions", "5"]],
        "parents": [{"model": "entered", "citations": [], "inputs": [["dose", "45 Gy"]], "parents": []}],
    }


def test_lines_indent_the_parents() -> None:
    origin = Provenance("sum", parents=(Provenance("LQ", ("fowler1989",), (("dose", "27 Gy"),)), Provenance("entered")))
    assert origin.lines() == ("sum", "  LQ [fowler1989]: dose 27 Gy", "  entered")


def test_a_result_says_what_was_typed() -> None:
    assert bed("45 Gy", 5, alpha_beta="10 Gy").provenance.lines() == (
        "LQ [fowler1989]: dose 45 Gy, fractions 5, alpha_beta 10.0 Gy",
    )


def test_a_sum_keeps_every_term_and_stays_flat() -> None:
    course = bed("2 Gy / 1", alpha_beta="10 Gy")
    total = sum([course] * 3000, bed("3 Gy / 1", alpha_beta="10 Gy"))
    assert total.provenance.model == "sum"
    # by hand: the first term and 3000 more, none nested: 3000 levels would exceed Python's recursion limit of 1000
    assert len(total.provenance.parents) == 3001
    assert all(not parent.parents for parent in total.provenance.parents)
    assert total.provenance.to_dict()["parents"][0]["inputs"][0] == ["schedule", "3 Gy / 1"]
