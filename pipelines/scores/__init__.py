"""What people do with the score formula beside refreshing: trying a change first."""
