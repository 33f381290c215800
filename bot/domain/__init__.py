"""The pure core: frozen values and functions of the management cadence; `now` is an argument, no I/O."""
