"""What the calculator asks of the library: typed text in, view models out."""
