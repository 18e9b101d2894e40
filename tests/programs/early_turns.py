"""`break` and `continue` in loops over known entries, which are written out turn by turn."""

import numpy as np

from . import Program, by_names, vectors


def skip_key(d):
    s = 0.0
    for k in d:
        if k == 'c':
            continue
        s = s + np.sum(d[k] ** 2)
    return s


def skip_in_the_middle(d, x):
    s = 0.0
    for k in d:
        x = x * 1.5
        if k == 'w2':
            continue
        s = s + np.sum(d[k] * x)
    return s


def stop_at_key(d):
    s = 0.0
    for k in d:
        if k == 'w2':
            break
        s = s + np.sum(d[k] ** 2)
    return s


def skip_by_value(d):
    s = 0.0
    for k, v in d.items():
        if v[0] > 0:
            continue
        s = s + np.sum(d[k] ** 2) * (1.0 if k == 'c' else 2.0)
    return s


def skip_every_way(d, x):
    s = 0.0
    for k in d:
        if d[k][0] > 0:
            if x[0] > 0:
                s = s + np.sum(np.sin(d[k]))
                continue
            s = s * 2.0
        else:
            if x[1] > 0:
                continue
            x = x * d[k]
        s = s + np.sum(d[k] * x)
    return s


def stop_by_value(d):
    s = 0.0
    for k, v in d.items():
        if v[0] > 0.2:
            break
        s = s + np.sum(d[k] ** 2) * (1.0 if k == 'c' else 2.0)
    return s


def stop_by_value_else(d, x):
    s = 1.0
    for k in d:
        s = s * np.sum(d[k] * x)
        if s > 0.5:
            s = s * 3
            break
    else:
        s = s + np.sum(x ** 2)
    return s


def never_stops_else(d, x):
    s = 1.0
    for k in d:
        if np.sum(d[k]) > 1e9:
            break
        s = s * np.sum(d[k] * x)
    else:
        s = s + np.sum(x ** 2)
    return s


def both(d, x):
    s = 0.0
    for k in d:
        if d[k][0] < -0.3:
            s = s + np.sum(np.cos(d[k]))
            continue
        s = s + np.sum(d[k] * x)
        if s > 1.0:
            break
        x = x + d[k]
    else:
        s = s * np.sum(x)
    return s + np.sum(x)


def both_known(d, x):
    s = 0.0
    for k in d:
        if k == 'w1':
            continue
        if k == 'c':
            break
        s = s + np.sum(d[k] * x)
    else:
        s = s * np.sum(x)
    return s + np.sum(x)


def returns_too(d, x):
    s = 0.0
    for k in d:
        if d[k][0] > 0.8:
            return s + np.sum(d[k])
        if d[k][1] < 0:
            continue
        s = s + np.sum(d[k] * x)
        if s < -0.5:
            break
    else:
        return s * 2
    return s + np.sum(x)


def returns_and_continues(d, x):
    s = 0.0
    for k in d:
        if d[k][0] > 0.8:
            return s + np.sum(d[k])
        if d[k][1] < 0:
            continue
        s = s + np.sum(d[k] * x)
    else:
        return s * 2
    return s + np.sum(x)


def returns_and_breaks(d, x):
    s = 0.0
    for k in d:
        if d[k][0] > 0.8:
            return s + np.sum(d[k])
        s = s + np.sum(d[k] * x)
        if s < -0.5:
            break
        x = x * d[k]
    else:
        return s * 2
    return s + np.sum(x)


def tried(d, x):
    s = 0.0
    for k in d:
        try:
            if d[k][0] > 0:
                continue
            v = np.sum(d[k] * x)
        except ValueError:
            break
        s = s + v
    else:
        s = s * 2
    return s


def raises_after(d, x):
    for k in d:
        if d[k][0] > -1e9:
            x = x * d[k]
            continue
        raise ValueError(k)
    return np.sum(x)


def aliases(d, x):
    keep = x * 1.0
    for k in d:
        y = d[k] * 2
        if y[0] > 0:
            keep = y
            continue
        keep += y
        y[1] = np.sum(keep)
        if keep[0] > 0.2:
            break
        d[k] = y
    keep[0] = x[1] ** 2
    return np.sum(keep * y) + sum(np.sum(v ** 2) for v in d.values())


def late_names(d, x):
    for k in d:
        if d[k][0] < 0:
            continue
        h = np.sin(d[k])
        if h[0] > 0.5:
            break
        x = x * h
    return np.sum(x * np.cos(x))


def nested_keys(dd, x):
    s = 0.0
    for name in dd:
        for k in dd[name]:
            if k == 'b':
                if x[0] > 0:
                    continue
                s = s + np.sum(dd[name][k])
                break
            s = s + np.sum(dd[name][k] @ x)
        else:
            s = s * 2
        if s < 0:
            continue
        x = x * 1.1
    return s * np.sum(x)


def inner_loop_breaks(d, x):
    s = 0.0
    for k in d:
        for i in range(len(x)):
            if x[i] > 0.5:
                break
            if d[k][i] > 0:
                continue
            s = s + x[i] * d[k][i]
        else:
            continue
        s = s + np.sum(d[k] * x)
    return s


def inner_else_breaks(d, x):
    s = 0.0
    for k in d:
        for i in range(len(x)):
            s = s + x[i] * d[k][i]
            if s > 1.5:
                break
        else:
            break
        x = x * d[k]
    return s + np.sum(x)


def in_a_loop(d, x):
    s = 0.0
    for i in range(3):
        for k in d:
            if d[k][i] > 0:
                continue
            s = s + np.sum(d[k] * x) * (i + 1)
            if s > 2:
                break
        x = x * 0.9
        if s < -3:
            break
    return s


def in_a_while(d, x):
    s, n = 0.0, 0
    while n < 4:
        n += 1
        for k in d:
            if k == 'w1' or n == 2:
                continue
            s = s + np.sum(d[k] * x) * n
            if s < -1:
                break
        else:
            s = s * 0.5
            continue
        x = x * 0.9
    return s


def stored(d, x):
    y = x * 2
    for k in d:
        y[0] = np.sum(d[k])
        if y[0] < 0:
            y[1] = 0.0
            continue
        y *= d[k]
    return np.sum(y ** 2)


def layers(lsm, x):
    h = x
    for w, b in lsm:
        h = w @ h + b
        if h.shape[0] == 1:
            break
        h = np.tanh(h)
    else:
        h = h * 3
    return np.sum(h)


def activations(x, w):
    h = x
    for f in [np.sin, np.cos, np.tanh]:
        if f is np.cos:
            continue
        h = f(h * w)
        if h[0] > 0.1:
            break
    return np.sum(h)


def handlers(x, w):
    h = x
    table = {'sin': lambda a: np.sin(a) * w, 'cos': np.cos, 'none': None}
    for name, f in table.items():
        if f is None:
            continue
        h = f(h)
    return np.sum(h)


def grows_then_stops(d, x):
    p = {'a': x, 'b': x * 2}
    s = 0.0
    for k in p:
        s = s + np.sum(p[k] ** 2)
        if k == 'a':
            p['c'] = x
            break
    return s + len(p)


def with_try(d, x):
    s = 0.0
    for k in d:
        try:
            if d[k][0] > 0:
                continue
            s = s + np.sum(d[k])
        finally:
            x = x * 2.0
        s = s + np.sum(x)
    return s


def with_errstate(d, x):
    s = 0.0
    for k in d:
        with np.errstate(all='ignore'):
            if d[k][0] > 0:
                break
            s = s + np.sum(d[k] * x)
        s = s * 2
    return s + np.sum(x)


def matched(d, x):
    s = 0.0
    for k in d:
        match k:
            case 'w1':
                continue
            case 'w2':
                s = s + np.sum(d[k] * x)
            case _:
                if x[0] > 0:
                    break
                s = s + np.sum(d[k])
        s = s * 2
    return s + np.sum(x)


def enumerated(d, x):
    s = 0.0
    for i, (k, v) in enumerate(d.items()):
        if i == 1 or k == 'zz':
            continue
        s = s + np.sum(d[k] * x) * (i + 1)
    return s


def own_names(d, once, left):
    for k in d:
        if d[k][0] > 0.5:
            continue
        once = once * d[k]
        if once[0] > 0:
            break
        left = left + once
    return np.sum(once * left)


def prints(d):
    s = 0.0
    for k in d:
        if k == 'w2':
            print('skip', k)
            continue
        s = s + np.sum(d[k] ** 2)
        if s > 0.1:
            print('stop', k)
            break
    else:
        print('all')
    return s


def one_line(d):
    s = 0.0
    for k in d:
        if k == 'w2': continue  # noqa: E701
        s = s + np.sum(d[k] ** 2)
    return s


def last_turn(d, x):
    for k in d:
        last = k
        if x[0] > 0:
            continue
        x = x * d[k]
    return np.sum(x * d[last] * d[k])


def deletes_and_stops(x, w):
    p = {'a': x, 'b': w}
    for k in p:
        if k == 'a':
            del p[k]
            break
    return sum(np.sum(v ** 2) for v in p.values())


def deletes_and_continues(x, w):
    p = {'a': x, 'b': w}
    for k in p:
        if k == 'b':
            del p[k]
            continue
    return np.sum(p['a'])




PROGRAMS = [
    *by_names([skip_key, skip_in_the_middle, stop_at_key, skip_by_value, skip_every_way, stop_by_value,
               stop_by_value_else, never_stops_else, both, both_known, late_names, nested_keys,
               returns_and_continues, tried, raises_after,
               inner_loop_breaks, inner_else_breaks, in_a_loop, in_a_while, stored, layers, activations, handlers,
               grows_then_stops, with_errstate, matched, enumerated, prints, one_line, last_turn,
               deletes_and_stops]),
    Program(own_names, lambda rng, n: ({k: rng.normal(size=n) for k in 'ab'}, *vectors(2)(rng, n)), (0, 1, 2)),
]  # fmt: skip
EITHER = by_names([aliases])
NOT_YET = [Program(p.function, p.arguments, p.argnums, refused="has no name here") for p in by_names(
    [returns_too, returns_and_breaks])]
REFUSED = [
    Program(deletes_and_continues, vectors(2), (0, 1), refused="this loop changes what it walks over"),
    *(Program(p.function, p.arguments, p.argnums, refused="the end of the block that this jump leaves may change it")
      for p in by_names([with_try])),
]  # fmt: skip
