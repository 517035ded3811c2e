"""Ids of the case page."""

LAYOUT = "case-layout"
PANEL = "case-panel"
PANEL_OPEN = "case-panel-open"
TOGGLE = "case-edit"
OPEN_PUBLISHED = "case-open-published"
OPEN_FILE = "case-open-file"
NEW = "case-new"
SAVE_YAML = "case-save-yaml"
SAVE_JSON = "case-save-json"
EXPORT = "case-export"
PRINT = "case-print"
DOWNLOAD = "case-download"
FILE_PROBLEM = "case-file-problem"
PROBLEM = "case-problem"
RESULTS = "case-results"
FILTERED = "case-filtered"
STATES = "case-states"
SEVERITIES = "case-severities"
FORM = "case-form"
FORM_TEXT = "case-form-text"
TYPED = "case-typed"
EDITOR = "case-editor"
TABS = "case-tabs"
TIMELINE = "case-timeline"
SUMS = "case-sums"
DOSE_ORGAN = "case-dose-organ"
DOSE_COURSE = "case-dose-course"
DOSE_METRIC = "case-dose-metric"
DOSE_VALUE = "case-dose-value"
DOSE_ADD = "case-dose-add"
DOSE_PROBLEM = "case-dose-problem"
WHAT_PRESCRIPTION = "case-what-prescription"
WHAT_SCHEDULE = "case-what-schedule"
WHAT_SHOW_SCHEDULE = "case-what-show-schedule"
WHAT_HOLD = "case-what-hold"
WHAT_LAST = "case-what-last"
WHAT_AGAIN = "case-what-again"
WHAT_SHOW_HOLD = "case-what-show-hold"
WHAT_RESULT = "case-what-result"
WHAT_TEXT = "case-what-text"
WHAT_USE = "case-what-use"


def field(place: str) -> dict[str, str]:
    """A field of the form, by the place of its value as JSON."""
    return {"type": "case-field", "place": place}


def act(do: str, at: str) -> dict[str, str]:
    """A button of the form, by what it does where."""
    return {"type": "case-act", "do": do, "at": at}


def example(name: str) -> dict[str, str]:
    """A button that opens a published case."""
    return {"type": "case-example", "name": name}
