"""Conditions about people, compiled to sets, and live membership. Not: sending anything."""
