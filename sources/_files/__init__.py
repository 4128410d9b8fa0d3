"""What all file sources share: kinds of rows, readers of formats, column maps."""
