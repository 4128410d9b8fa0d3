"""Orchestration: extract, build, audit, publish. Contents page: `definitions.py`."""
