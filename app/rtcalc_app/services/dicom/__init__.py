"""What the DICOM page asks: a study on disk, its curves, limits, slices and sums, and the case made of it."""
