"""Radiobiological models: one module a model, each a short formula on plain numbers and arrays."""
