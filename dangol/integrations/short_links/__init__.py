"""Short links and QR codes on leaflets, tables and parcels: one visit, one event."""
