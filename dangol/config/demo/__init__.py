"""`bin/demo`: a real purchase history, taken in by the product itself, up to the first right message."""

from dangol.config.demo.run import run_demo

__all__ = ["run_demo"]
