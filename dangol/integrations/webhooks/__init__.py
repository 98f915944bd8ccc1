"""Webhooks of shops and services: signed bodies in, each with one effect."""
