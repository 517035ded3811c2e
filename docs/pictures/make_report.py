"""Draw docs/pictures/report.svg: the short report of the published case, as a terminal shows them.

Run it after the report changes: `.venv/bin/python docs/pictures/make_report.py`.
"""

import re
from pathlib import Path

from rich.console import Console
from rich.text import Text

import rtcalc as rt
from rtcalc.report.as_text import WIDTH
from rtcalc.report.terminal import STYLES

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    found = rt.assess(rt.load_case(ROOT / "protocols" / "cases" / "gist-case-2.yaml"))
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, highlight=False, markup=False)
        for line in rt.report.text(found).splitlines():
            # The hashes change with every edit of the knowledge; the picture need not.
            shown = Text(re.sub(r"(registry|case) [0-9a-f]{8}", r"\1 ........", line))
            word = line.split(" ", 1)[0]
            if word in STYLES:
                shown.stylize(STYLES[word], 0, len(word))
            console.print(shown)
        drawn = console.export_svg(title="rtcalc assess protocols/cases/gist-case-2.yaml", unique_id="report")
    # The exporter names a font on another host; the reader's own monospaced font does as well.
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    (ROOT / "docs" / "pictures" / "report.svg").write_text(drawn.replace("Fira Code", "DejaVu Sans Mono"))


if __name__ == "__main__":
    main()
