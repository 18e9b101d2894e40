"""Arrays that live outside the model and are changed in it: differentiated rightly or refused."""

import numpy as np

from . import Program, subtleties, vectors

SCRATCH = np.zeros(3)
TABLE = {"a": np.zeros(3)}
PAIR = [np.zeros(3), np.zeros(3)]
TOTAL = np.zeros(1)


class Holder:
    pass


HOLDER = Holder()
HOLDER.buf = np.zeros(3)


def get():
    return SCRATCH


def getd():
    return TABLE["a"]


def getv():
    return SCRATCH[1:]


def rd():
    return np.sum(SCRATCH * SCRATCH)


def rdr():
    return np.sum(HOLDER.buf**2)


def acc(x):
    TOTAL[0] += np.sum(x * x)
    return TOTAL[0]


def cnt(x):
    TOTAL[0] += 1
    return x * 2


def w3(x):
    a = SCRATCH
    a[0] = x[0]
    a[1] = x[1]
    a[2] = x[2]


def subtle_given_by_a_helper(x):
    a = get()
    a[:] = x[:3]
    return np.sum(SCRATCH * SCRATCH)


def subtle_entry_given_by_a_helper(x):
    a = getd()
    a[:] = x[:3]
    return np.sum(TABLE["a"] * TABLE["a"])


def subtle_window_given_by_a_helper(x):
    a = getv()
    a[:] = x[1:3]
    return np.sum(SCRATCH * SCRATCH)


def subtle_got_from_a_dict(x):
    a = TABLE.get("a")
    a[:] = x[:3]
    return np.sum(TABLE["a"] * TABLE["a"])


def subtle_known_by_a_name(x):
    a = SCRATCH
    a[:] = x[:3]
    return np.sum(SCRATCH * SCRATCH)


def subtle_window(x):
    a = SCRATCH[:]
    a[:] = x[:3]
    return np.sum(SCRATCH * SCRATCH)


def subtle_given_and_read_by_helpers(x):
    a = get()
    a[:] = x[:3]
    return rd()


def subtle_window_read_by_a_helper(x):
    a = SCRATCH[1:]
    a[:] = x[1:3]
    return rd()


def subtle_reshaped_and_read_by_a_helper(x):
    a = SCRATCH.reshape(-1)
    a[:] = x[:3]
    return rd()


def subtle_entry_of_a_dict(x):
    a = TABLE["a"]
    a[:] = x[:3]
    return np.sum(TABLE["a"] * TABLE["a"])


def subtle_attribute(x):
    a = HOLDER.buf
    a[:] = x[:3]
    return np.sum(HOLDER.buf**2)


def subtle_attribute_read_by_a_helper(x):
    HOLDER.buf[:] = x[:3]
    return rdr()


def subtle_entries_by_place(x):
    for i in range(2):
        PAIR[i][:] = x[:3]
    return np.sum(PAIR[0] * PAIR[1])


def subtle_entries_unpacked(x):
    a, b = PAIR
    a[:] = x[:3]
    return np.sum(PAIR[0] * PAIR[0])


def subtle_entries_walked(x):
    for a in PAIR:
        a[:] = x[:3]
    return np.sum(PAIR[0] * PAIR[0])


def subtle_best_of_a_list(x):
    a = max(PAIR, key=len)
    a[:] = x[:3]
    return np.sum(PAIR[0] * PAIR[0])


def subtle_copied_dict(x):
    d = dict(TABLE)
    d["a"][:] = x[:3]
    return np.sum(TABLE["a"] * TABLE["a"])


def subtle_given_twice(x):
    a = get()
    a[:] = x[:3]
    b = get()
    return np.sum(b * b)


def subtle_given_without_a_name(x):
    get()[:] = x[:3]
    return np.sum(get() ** 2)


def subtle_added_up_by_a_helper(x):
    TOTAL[0] = 0.0
    a = acc(x)
    return a * acc(x * 2)


def subtle_entry_by_entry(x):
    a = SCRATCH
    a[0] = x[0]
    a[1] = x[1]
    a[2] = x[2]
    return np.sum(SCRATCH**2)


def subtle_counted_by_a_helper(x):
    return np.sum(cnt(x) * cnt(x * x))


def subtle_in_a_branch(x):
    if x[0] > -100:
        SCRATCH[0] = x[1]
    else:
        SCRATCH[0] = 1.0
    return np.sum(SCRATCH**2)


def subtle_in_a_loop(x):
    for i in range(3):
        SCRATCH[i] = x[1] * x[i]
    return np.sum(SCRATCH**2)


def subtle_in_one_branch_only(x):
    if x[0] > -100:
        SCRATCH[:] = x[1]
    return np.sum(SCRATCH**2)


def subtle_changed_by_a_helper(x):
    w3(x)
    return np.sum(SCRATCH**2)


EITHER = [Program(f, vectors(1)) for f in subtleties(globals())]
