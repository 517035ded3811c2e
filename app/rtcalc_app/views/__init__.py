"""View models as components. Nothing is computed here."""
