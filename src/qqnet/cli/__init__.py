"""The ``qqnet`` command."""


def main() -> None:
    """Run the command line: the entry point of the installed ``qqnet``."""
    from qqnet.cli.app import run

    run()
