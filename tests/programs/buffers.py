"""Buffers that change places from turn to turn: time steps with two or three arrays."""

import numpy as np

from . import Program, subtleties, vectors


def step(src, dst, c):
    dst[1:] = src[:-1] * c[1:]
    dst[0] = src[-1]
    return dst, src


def wave(u, c):
    prev, cur, nxt = u * 1.0, u * 1.1, np.zeros_like(u)
    for t in range(len(u) - 1):
        nxt[1:-1] = 2 * cur[1:-1] - prev[1:-1] + c[1:-1] ** 2 * (cur[2:] - 2 * cur[1:-1] + cur[:-2])
        prev, cur, nxt = cur, nxt, prev
    return np.sum(cur**2) + np.sum(prev * c)


def upwind(u, c):
    a = u.copy()
    b = np.empty_like(u)
    for t in range(len(u) - 1):
        b[0] = a[0]
        b[1:] = a[1:] + 0.1 * c[1:] * (a[:-1] - a[1:])
        a, b = b, a
    return np.sum(a * a * c) + np.sum(b)


def swapped_in_some_turns(u, c):
    a = u * 1.0
    b = c * 1.0
    for t in range(len(u) - 1):
        a[t] = b[t] * b[0]
        if a[0] > 0:
            a, b = b, a
        b[1] += a[0] * 2
    return np.sum(a * b * c)


def copied_in_each_turn(u, c):
    h = u * 1.0
    old = h
    for t in range(len(u) - 1):
        old = h
        h = h.copy()
        h[1:] += old[:-1] * c[1:]
        h[0] *= 0.5
    return np.sum(h * old)


def windows_of_buffers(u, c):
    a, b = u * 1.0, c * 1.0
    for t in range(len(u) - 1):
        v = a[1:]
        v *= b[1:]
        a, b = b, a
    return np.sum(a * b) + np.sum(v)


def out_into_the_other(u, c):
    a, b = u * 1.0, c * 1.0
    i = 0
    while i < 4:
        np.multiply(a, c, out=b)
        a, b = b, a
        i += 1
        if a[0] > 100:
            break
        b[0] = i
    return np.sum(a * b)


def nested_time_steps(u, c):
    a, b = u * 1.0, c * 1.0
    for i in range(len(u) - 1):
        for j in range(len(u) - 1):
            b[1:] = a[:-1] * c[1:] + b[:-1]
            a, b = b, a
        a[i] = b[0]
    return np.sum(a * b)


def swapped_in_a_branch(u, c):
    a, b = u * 1.0, c * 1.0
    if u[0] > 0:
        a, b = b, a
    a[1] = b[0] * u[2]
    b *= c
    return np.sum(a * b * b)


def steps_by_a_helper(u, c):
    a, b = u * 1.0, c * 1.0
    for t in range(len(u) - 1):
        a, b = step(a, b, c)
    return np.sum(a * b * b)


def one_array_under_both_names(u, c):
    a = u * 1.0
    b = a
    for t in range(len(u) - 1):
        a, b = b, a
        a[0] *= 2
        b[1] += a[0]
    return np.sum(a * b * b)


def three_names_for_two_arrays(u, c):
    a, b, z = u * 1.0, c * 1.0, u * 3
    for t in range(len(u) - 1):
        a[0] += z[0]
        z = a
        a, b = b, a
    return np.sum(a * b * z)


def subtle_place_computed(u, c):
    bufs = [u * 1.0, np.zeros_like(u)]
    for t in range(len(u) - 1):
        src, dst = bufs[t % 2], bufs[(t + 1) % 2]
        dst[:] = src * c
        dst[0] += src[1]
    return np.sum(bufs[0] * bufs[1])


def subtle_become_one(u, c):
    # never apart: they become one
    a, b = u * 1.0, c * 1.0
    for t in range(len(u) - 1):
        a[0] = a[0] * 2
        a, b = b, b
    return np.sum(a * b)


def subtle_two_become_one_of_three(u, c):
    a, b, d = u * 1.0, c * 1.0, u * c
    for t in range(len(u) - 1):
        a[0] += b[1]
        d[1] *= 2 + a[0]
        a, b, d = b, d, b
    return np.sum(a * b) + np.sum(d)


def subtle_first_one_is_kept(u, c):
    a, b = u * 1.0, c * 1.0
    keep = a
    for t in range(len(u) - 1):
        b[:] = a * c
        a, b = b, a
    return np.sum(a * b) + np.sum(keep * u)


def subtle_rows_change_places(u, c):
    buffers = np.zeros((2, len(u)))
    now, then = buffers[0], buffers[1]
    now[:] = u
    for _ in range(len(u) - 1):
        then[:] = now * c
        now, then = then, now
    return now.sum() + buffers.sum()


def subtle_copy_between(u, c):
    a, b, z = u * 1.0, c * 1.0, u * 3
    for t in range(len(u) - 1):
        z[0] = t
        a, b, z = b, a.copy(), b
    return np.sum(a * b * z)


def subtle_windows_of_turns_before(u, c):
    z = u * 1.0
    p, q = z[1:], z[:3]
    for t in range(len(u) - 1):
        p[0] = c[t]
        z = z * q[1]
        p, q = z[1:], z[:3]
    return np.sum(q * q) + np.sum(p)


def subtle_windows_of_new_arrays(u, c):
    z = u * 1.0
    p, q = z[1:], z[:3]
    s = 0.0
    for t in range(len(u) - 1):
        p[0] = c[t]
        s += q[1] ** 2
        z = u * q[1]
        p, q = z[1:], z[:3]
    return np.sum(q * q) + np.sum(p) + s


def subtle_alias_of_alias(u, c):
    z = u * 1.0
    q = z[:3]
    r = q
    s = 0.0
    for t in range(len(u) - 1):
        y = u * 2
        w = y[1:] if u[t] > 0 else u[1:] * 3
        y[1] = c[t]
        s += w[0] ** 2
        r[0] = s
        z = u * r[0]
        q = z[:3]
        r = q if u[0] > 0 else q * 2
    return np.sum(q * q) + s


PROGRAMS = [Program(f, vectors(2), (0, 1)) for f in (
    wave,
    upwind,
    swapped_in_some_turns,
    copied_in_each_turn,
    windows_of_buffers,
    out_into_the_other,
    nested_time_steps,
    swapped_in_a_branch,
    steps_by_a_helper,
    one_array_under_both_names,
    three_names_for_two_arrays)]  # fmt: skip
EITHER = [Program(f, vectors(2), (0, 1)) for f in subtleties(globals())]
