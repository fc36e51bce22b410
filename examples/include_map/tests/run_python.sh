#!/bin/sh
# Runs a Python test: Bazel's own Python rules need a toolchain that offline
# installations may lack.
exec /usr/bin/python3 -B "$@"
