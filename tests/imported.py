"""Imports every module of ours, and with them the libraries; see tests/forked.py."""

from importlib import import_module
from pkgutil import walk_packages

import pipelines
import sources

# What libraries import when they are used.
for name in (
    *("altair", "alembic.command", "openpyxl", "sklearn.linear_model", "splink"),
    *("great_expectations.data_context", "great_expectations.execution_engine"),
):
    import_module(name)
for package in (pipelines, sources):
    for found in walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            import_module(found.name)
