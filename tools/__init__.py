"""Checks and builders of the repository itself."""
