"""A differential fuzzer: random programs, run by CPython and transpiled, gradients against differences.

`grammar` writes programs from a seed, `judge` says what happens to one, `shrink` makes a failing one small.
"""
