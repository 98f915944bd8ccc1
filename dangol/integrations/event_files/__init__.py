"""Files of past events, taken in with the times at which they happened."""
