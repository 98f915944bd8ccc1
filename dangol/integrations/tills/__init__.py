"""Tills: the receipts of shops, as orders of the members who show themselves."""
