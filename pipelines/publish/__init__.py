"""Publish: a new release folder, smoke-tested, then one symlink replaced."""
