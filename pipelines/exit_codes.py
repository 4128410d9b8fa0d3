"""What the commands end with: README.md and each command's --help tell it."""

OK = 0
FAILED = 1  # a source failed, the gate blocked, or what was asked cannot be done
USAGE = 2  # wrong options or settings
BUSY = 3  # another run holds the data folder
