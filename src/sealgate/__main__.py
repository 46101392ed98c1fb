"""`python -m sealgate` is `sealgate`."""

from sealgate.cli import main

main()
