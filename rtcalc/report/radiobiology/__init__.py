"""The answers of the radiobiology as text and as JSON-ready data, one module an answer. No figure is computed here.

Each answer is a value with `to_dict` and `text`; the function beside it asks the library.
"""
