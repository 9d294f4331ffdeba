"""An AWS to test against: moto, and what moto lacks or gets wrong.

`python -m emulator --port 0` serves it on loopback and prints where. See README.md.
"""
