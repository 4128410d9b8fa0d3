"""Fit to show? One module per published mart, named like it: QUERY, expectations()."""
