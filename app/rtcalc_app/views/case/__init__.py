"""The case page's view models as components."""
