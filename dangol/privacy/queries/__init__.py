"""What the privacy officer reads."""
