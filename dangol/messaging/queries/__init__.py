"""What can be asked about messages, decisions and templates."""

from dangol.messaging.queries.clusters import cluster_keys

__all__ = ["cluster_keys"]
