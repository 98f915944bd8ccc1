"""Dangol (단골): one living story per customer, shared by sales, marketing and service."""

__version__ = "0.1.0"
