"""One switch for what only saves work: activity, pruning, folding, shapes of what is kept, values made again, `+=`.

With ``DLGRAD_SAVE_WORK=0`` in the environment, when dlgrad is imported, gradients are written without
them: longer and slower, with the same numbers to rounding. The tests run both ways, so that an error in
one of them is told from an error of the adjoint.
"""

from __future__ import annotations

import os

SAVES_WORK = os.environ.get("DLGRAD_SAVE_WORK", "1") != "0"
