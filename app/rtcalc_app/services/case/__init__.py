"""What the case page asks of the library: case text in, view models out."""
