"""What every request passes, asked over HTTP without a browser."""

from __future__ import annotations

import gzip
import json
import logging
from typing import Any

import pytest
from dash import Input, Output
from flask.testing import FlaskClient

from rtcalc.errors import DomainError
from rtcalc_app import guard
from rtcalc_app.server import build_app, create_server
from rtcalc_app.settings import Settings

TOKEN = "correct-horse-battery"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_server(Settings()).test_client()


def callback(client: FlaskClient, body: object, **more: Any) -> Any:
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(guard.CALLBACK, data=raw, content_type="application/json", **more)


def whole_body(client: FlaskClient, part: str, value: object) -> dict[str, Any]:
    """A well-formed body of the callback whose output begins with `part`, with one value everywhere."""
    known = next(entry for entry in client.get("/_dash-dependencies").json if part in entry["output"])
    names = known["output"].removeprefix("..").removesuffix("..").split("...")
    return {
        "output": known["output"],
        "outputs": [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names],
        "inputs": [{"id": one["id"], "property": one["property"], "value": value} for one in known["inputs"]],
        "state": [{"id": one["id"], "property": one["property"], "value": value} for one in known["state"]],
        "changedPropIds": [],
    }


MALFORMED = {
    "empty": "",
    "cut": '{"output": "page',
    "not an object": "[]",
    "null": "null",
    "number": "7",
    "deep": "[" * 50_000,
    "not text": b"\xff\xfe\x00",
    "unknown output": {"output": "nowhere.children", "outputs": [], "inputs": []},
    "output is a number": {"output": 1},
    "output alone": {"output": "..page.children...shown.data.."},
}


@pytest.mark.parametrize("name", MALFORMED)
def test_f5_a_malformed_body_is_the_askers_fault(client, name):
    answer = callback(client, MALFORMED[name])
    assert answer.status_code == 400
    assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": []},
        {"outputs": "page.children"},
        {"outputs": [{"id": "x"}]},
        {"inputs": []},
        {"inputs": None},
        {"inputs": [1, 2, 3]},
        {"inputs": {"a": 1}},
        {"changedPropIds": 7},
        {"changedPropIds": ["{no json.n_clicks"]},
        {"changedPropIds": [None]},
        {"state": [{"id": "x", "property": "y"}] * 9},
    ],
    ids=str,
)
def test_f5_a_body_with_a_wrong_part_is_refused(client, change):
    body = whole_body(client, "protocols-list", "10") | change
    assert callback(client, body).status_code == 400


@pytest.mark.parametrize("value", [None, 3, True, [], {}, {"a": [1]}, "x" * 10_000, "<b>", "1e999"], ids=str)
@pytest.mark.parametrize("part", ["protocols-list", "reference-list", "page.children", "reference-kind"])
def test_f5_values_of_a_wrong_type_are_answered(client, part, value):
    answer = callback(client, whole_body(client, part, value))
    assert answer.status_code in (200, 204, 400)
    assert "Traceback" not in answer.get_data(as_text=True)


def test_b9_f5_ten_megabytes_are_too_much(client):
    assert callback(client, b"0" * 10_000_000).status_code == 413


def test_after_all_that_it_still_answers(client):
    assert callback(client, whole_body(client, "protocols-list", "10")).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "127.0.0.1."])
def test_another_host_name_is_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["", "[", "[::1", "a b", "localhost:99999", "localhost:abc", "é"])
def test_what_is_no_host_name_is_refused_and_not_repeated(client, host):
    answer = client.get("/", headers={"Host": host})
    said = (answer.status_code, answer.get_data(as_text=True))
    assert said == (400, "The request names no host that this server could be.")


@pytest.mark.parametrize(
    "path", ["nowhere/a.js", "dash/nothing.js", "dash/deps/../../x.py", "plotly/package_data/x.js", "dash/%2e%2e/x.js"]
)
def test_f5_a_script_that_does_not_exist_is_not_found(client, path):
    answer = client.get(f"/_dash-component-suites/{path}")
    assert (answer.status_code, answer.get_data(as_text=True)) == (404, "There is no such script.")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "WHATEVER"])
def test_f5_another_method_is_refused(client, method):
    assert client.open(guard.CALLBACK, method=method).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "//localhost"},
        {"Origin": "http://localhost:1", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_another_site_may_not_send_anything(client, headers):
    assert callback(client, whole_body(client, "page.children", "/"), headers=headers).status_code == 403


def test_the_page_itself_may(client):
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert callback(client, whole_body(client, "page.children", "/case"), headers=own).status_code == 200


@pytest.mark.parametrize("path", ["/", "/case", "/_dash-layout", "/_dash-dependencies", "/nowhere", "/assets/app.css"])
def test_every_answer_carries_the_headers(client, path):
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert (headers.get("Cache-Control") == "no-store") == (not path.startswith("/assets"))


def test_nothing_in_the_document_points_off_this_machine(client):
    for path in ("/", "/_dash-layout"):
        assert "//cdn" not in client.get(path).get_data(as_text=True)
    document = client.get("/").get_data(as_text=True)
    assert 'lang="en"' in document
    assert all(address.startswith("/") for address in document.split('src="')[1:])


def test_an_unexpected_error_shows_a_number_and_keeps_the_rest_in_the_log(caplog):
    app = build_app(Settings())

    typed = "".join(["sec", "ret"])  # what somebody typed; it stands in no line of the code

    @app.server.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError(typed)

    @app.server.get("/refused")
    def refused() -> str:
        raise DomainError("alpha/beta must be above 0 Gy")

    client = app.server.test_client()
    with caplog.at_level(logging.ERROR, logger="rtcalc_app"):
        answer = client.get("/broken")
    said = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert typed not in said
    assert caplog.records[0].args[0] in said
    assert "in broken" in caplog.text  # where, but not the words of the error: they may repeat what was typed
    assert typed not in caplog.text
    answer = client.get("/refused")
    assert (answer.status_code, answer.get_data(as_text=True)) == (400, "alpha/beta must be above 0 Gy")


def test_an_error_inside_a_callback_is_a_number_and_a_refusal_is_its_sentence(caplog):
    app = build_app(Settings())

    @app.callback(Output("probe", "children"), Input("probe", "title"))
    def fail(value: str) -> str:
        if value == "refuse":
            raise DomainError("alpha/beta must be above 0 Gy")
        return str(int(value))

    client = app.server.test_client()
    answer = callback(client, whole_body(client, "probe.children", "Doe, Jane"))
    assert answer.status_code == 500
    assert answer.get_data(as_text=True).startswith("Unexpected error ")
    assert "in fail" in caplog.text
    assert "Doe" not in caplog.text
    answer = callback(client, whole_body(client, "probe.children", "refuse"))
    assert (answer.status_code, answer.get_data(as_text=True)) == (400, "alpha/beta must be above 0 Gy")


def test_scripts_are_compressed_once_and_data_never_kept(client):
    asked = {"Accept-Encoding": "gzip"}
    path = "/_dash-component-suites/plotly/package_data/plotly.min.js"
    first, second = (client.get(path, headers=asked) for _ in range(2))
    assert first.headers["Content-Encoding"] == second.headers["Content-Encoding"] == "gzip"
    assert first.get_data() == second.get_data()
    # Two answers of one address must stay two.
    bodies = [whole_body(client, "page.children", path) for path in ("/case", "/reference")]
    for body in bodies:
        body["state"][0]["value"] = "/"
    case, reference = (callback(client, body, headers=asked) for body in bodies)
    assert case.headers["Content-Encoding"] == reference.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(case.get_data()) != gzip.decompress(reference.get_data())


def test_no_tool_server_and_no_developer_routes(client):
    rules = {rule.rule for rule in client.application.url_map.iter_rules()}
    assert not [rule for rule in rules if "mcp" in rule.lower()]
    assert not client.application.debug
    config = client.get("/").get_data(as_text=True)
    assert '"ui":false' in config
    assert '"hot_reload"' not in config


class TestToken:
    @pytest.fixture
    def client(self) -> FlaskClient:
        return build_app(Settings(host="0.0.0.0", token=TOKEN, allowed_hosts=("localhost",))).server.test_client()

    def test_without_it_nothing_is_shown(self, client):
        assert {client.get(path).status_code for path in ("/", "/_dash-layout", "/?token=wrong")} == {401}
        assert callback(client, "{}").status_code == 401

    def test_with_it_once_the_browser_keeps_it_and_the_address_does_not(self, client):
        answer = client.get(f"/case?token={TOKEN}")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/case")
        kept = answer.headers["Set-Cookie"]
        assert "HttpOnly" in kept
        assert "SameSite=Strict" in kept
        assert client.get("/").status_code == 200

    def test_letters_outside_ascii_are_no_crash(self, client):
        assert client.get("/?token=é").status_code == 401


class TestSettings:
    @pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "dose.clinic.example"])
    def test_other_than_loopback_wants_a_proxy_or_a_token(self, host):
        with pytest.raises(DomainError, match="--behind-proxy, or --token"):
            Settings(host=host)
        assert Settings(host=host, behind_proxy=True).host in Settings(host=host, token=TOKEN).known_hosts

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.53"])
    def test_loopback_wants_nothing(self, host):
        assert Settings(host=host).is_local

    def test_a_short_token_is_refused(self):
        with pytest.raises(DomainError, match="16 or more"):
            Settings(token="short")

    def test_an_address_of_six_groups_is_written_with_brackets(self):
        assert Settings(host="::1", port=80).url == "http://[::1]:80"

    def test_another_program_says_it_by_the_environment(self, tmp_path):
        said = {"RTCALC_TOKEN": TOKEN, "RTCALC_BEHIND_PROXY": "1", "RTCALC_SPOOL": str(tmp_path)}
        settings = Settings.from_environment(said)
        assert (settings.token, settings.behind_proxy, settings.spool) == (TOKEN, True, tmp_path)
        assert Settings.from_environment({}).token is None
