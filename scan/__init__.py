"""Holds the rendered stacks to checkov's checks; scan/suppressions.yaml says what may fail."""
