"""What customers did: event ingestion, identity resolution, orders, the event store."""
