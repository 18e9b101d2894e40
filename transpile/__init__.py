"""The compiler: from the text of a model function to the text of its gradient.

astor reads names of the standard library's that are deprecated since Python 3.12, when it is
imported. A user who turns warnings into errors can do nothing about that.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import astor  # noqa: F401
