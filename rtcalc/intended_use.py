"""The one line that every output carries."""

INTENDED_USE = (
    "For qualified professionals. Research and education. Not a medical device. Check every figure independently."
)
