"""The calculator's callbacks over HTTP: one round trip, and bodies that no page sends."""

from __future__ import annotations

import pytest

from rtcalc_app.server import create_server
from rtcalc_app.services.calculator.form import Form
from rtcalc_app.settings import Settings

OUTPUTS = ("calculator-notices.children", "calculator-curve.figure", "calculator-curve-summary.children")
OUTPUTS += ("calculator-curve-table.children", "calculator-formula.children")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return create_server(Settings(spool=tmp_path_factory.mktemp("spool"))).test_client()


def body(state: object) -> dict[str, object]:
    """What the browser posts for messages, chart and calculation."""
    values = {"calculator-state.data": state, "unit.value": "gy", "decimal.value": "point", "dark.data": False}
    inputs = [{"id": key.split(".")[0], "property": key.split(".")[1], "value": value} for key, value in values.items()]
    outputs = [{"id": key.split(".")[0], "property": key.split(".")[1]} for key in OUTPUTS]
    return {
        "output": f"..{'...'.join(OUTPUTS)}..",
        "outputs": outputs,
        "inputs": inputs,
        "changedPropIds": ["calculator-state.data"],
        "state": [],
    }


def test_the_chart_comes_as_data_with_its_sentence(client):
    answer = client.post("/_dash-update-component", json=body(Form().to_dict()))
    assert answer.status_code == 200
    found = answer.get_json()["response"]
    assert found["calculator-curve-summary"]["children"] == "45 Gy / 5 reaches BED 100 Gy up to α/β 7.36 Gy."
    assert found["calculator-curve"]["figure"]["data"][0]["y"][0] == 450.0  # by hand: 45 (1 + 9/1)


@pytest.mark.parametrize("state", [None, [], "x", {"schedules": [{"total": {"a": 1}}]}, {"selected": -1, "unit": 3}])
def test_F5_a_state_of_another_shape_is_answered_without_a_fault(client, state):
    assert client.post("/_dash-update-component", json=body(state)).status_code == 200


def test_F5_a_body_of_another_shape_is_refused(client):
    wrong = {**body(None), "inputs": []}
    assert client.post("/_dash-update-component", json=wrong).status_code == 400
