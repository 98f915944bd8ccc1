"""Tenants, members, teams, roles, permissions and the audit log. Not: people who are customers."""
