"""The assets, one module per step: extract, build, audit, publish."""
