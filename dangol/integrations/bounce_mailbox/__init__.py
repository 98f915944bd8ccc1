"""The mailbox that undeliverable mail comes back to: read by IMAP, or fed by a pipe."""
