"""Volumes, dose-volume curves, distances and overlaps of contoured structures on a dose grid."""
