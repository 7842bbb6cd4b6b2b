"""What ``import`` would find: in the wheel, in the standard library, in what it requires.

Nothing is imported. The facts are those of :mod:`wheelcheck.sources`, and the
names of the wheel's files.
"""
