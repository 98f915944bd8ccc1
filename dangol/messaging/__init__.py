"""Channels, templates, the contact policy, the outbox, delivery, answers, opt-out. Not: choosing an audience."""
