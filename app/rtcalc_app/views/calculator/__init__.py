"""The calculator as components."""
