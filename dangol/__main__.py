"""The operator's command line: `python -m dangol`."""

from dangol.config.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
