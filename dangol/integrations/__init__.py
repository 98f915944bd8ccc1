"""One complete folder per outside system."""
