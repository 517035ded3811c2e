"""View models as charts: plain dictionaries, never `plotly.graph_objects`, which costs sixty times as much."""
