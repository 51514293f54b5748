"""Fitting a model from annotated texts; needs the extra `train`."""
