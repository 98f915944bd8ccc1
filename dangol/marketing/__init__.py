"""Campaigns: audience, preview of who is held back, launch, holdout, report and verdict."""
