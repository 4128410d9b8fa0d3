"""Fit to show? One module per published mart: MART, QUERY and expectations(context)."""
