"""The heart: story, feelings, promises, attention budget, buying rhythm, relationship strength."""
