"""The gate: what blocks a release, what lets it through, and how to go back."""
