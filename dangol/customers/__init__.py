"""People, companies, identities, the consent ledger and import. Not: what customers did (tracking)."""
