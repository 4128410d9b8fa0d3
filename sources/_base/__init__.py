"""What every connector shares: the source card, HTTP, landing, raw reading, errors."""
