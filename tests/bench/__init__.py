"""Benchmarks, run by hand: `make bench`, or `python -m tests.bench --list`.

One module each; `__main__` is their table of contents. Not collected by pytest.
"""
