"""The REST API: what members see and do in the pages, for programs."""
