"""Settings, root URLs, who reacts to which fact, recurring work, the supervisor and the command line."""
