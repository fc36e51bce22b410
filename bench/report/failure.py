"""How every module says that it can't go on."""


class Failure(Exception):
    """One line for the user; the program ends with status 2."""
