"""What the web calculator is measured against: a bare Dash page with one field, one number and the same chart.

`python benchmarks/bare_page.py PORT` serves it by waitress, compressed, as `rtcalc serve` does the calculator; with
`mantine` after the port its field is one of the component library that the calculator uses.
"""

import sys

from dash import Dash, Input, Output, dcc, html
from waitress import serve

from rtcalc.registry import Registry
from rtcalc_app.display import Display
from rtcalc_app.figures.calculator import bed_curve
from rtcalc_app.services.calculator import curves
from rtcalc_app.services.calculator.form import Form
from rtcalc_app.services.calculator.sheet import Sheet


def main() -> None:
    figure = bed_curve(curves.bed_curve(Sheet.of(Form()), Registry(), Display()), dark=False)
    app = Dash("bare", compress=True, update_title="")
    chart = dcc.Graph(id="chart", config={"displayModeBar": False}, style={"height": "330px"})
    if "mantine" in sys.argv:
        import dash_mantine_components as dmc  # not for the bare page: an import alone adds its script

        app.layout = dmc.MantineProvider([dmc.TextInput(id="dose", value="45"), html.Div(id="result"), chart])
    else:
        app.layout = html.Div([dcc.Input(id="dose", value="45"), html.Div(id="result"), chart])
    app.clientside_callback(
        "(dose) => `BED ${(dose * (1 + dose / 50)).toFixed(1)} Gy`",
        Output("result", "children"),
        Input("dose", "value"),
    )

    @app.callback(Output("chart", "figure"), Input("dose", "value"))
    def draw(dose: str) -> dict[str, object]:
        return figure

    for path in ("/", "/_dash-layout", "/_dash-dependencies"):
        app.server.test_client().get(path)
    serve(app.server, host="127.0.0.1", port=int(sys.argv[1]), threads=8, _quiet=True)


if __name__ == "__main__":
    main()
