"""Faults of this machine: kills, full disks, two at once, damaged files, clocks."""
