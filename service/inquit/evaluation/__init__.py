"""Scores of predictions against gold, each with its signature and interval."""
