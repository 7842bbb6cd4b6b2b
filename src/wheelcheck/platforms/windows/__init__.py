"""What Windows and Python on Windows supply, and what a wheel's tags promise there.

Nothing is opened here but the package's own data files, and those only when
the first name is judged.
"""
