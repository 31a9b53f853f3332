"""``python -m qqnet`` is the command ``qqnet``."""

from qqnet.cli import main

main()
