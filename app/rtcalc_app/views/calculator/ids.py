"""Ids of the calculator; `assets/calculator*.js` names some of them too."""

FIRST = "calculator-first"
TISSUES = "calculator-tissues"
STATE = "calculator-state"
COMMAND = "calculator-command"
FILE = "calculator-file"
TOTAL = "calculator-total"
FRACTIONS = "calculator-fractions"
EACH = "calculator-each"
ISODOSE = "calculator-isodose"
TUMOUR_TISSUE = "calculator-tumour-tissue"
TUMOUR = "calculator-tumour"
LATE_TISSUE = "calculator-late-tissue"
LATE = "calculator-late"
MAXIMUM = "calculator-maximum"
TUMOUR_ORIGIN = "calculator-tumour-origin"
LATE_ORIGIN = "calculator-late-origin"
TOTAL_UNIT = "calculator-total-unit"
EACH_UNIT = "calculator-each-unit"
HEADING = "calculator-heading"
OFFERS = "calculator-offers"
ROWS = "calculator-rows"
BANNER = "calculator-banner"
NOTICES = "calculator-notices"
CURVE = "calculator-curve"
CURVE_TABLE = "calculator-curve-table"
TABS = "calculator-tabs"


def words_of(field: str) -> str:
    """Id of the line under a field that says whether it was typed or derived."""
    return f"{field}-words"


def asked_of(tab: str) -> str:
    """Id of the store that holds what a tab is to answer."""
    return f"calculator-asked-{tab}"
