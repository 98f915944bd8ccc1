"""Scheduled sources: people and companies out of databases, files and web services, taken in by themselves."""
