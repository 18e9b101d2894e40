"""try with handlers, else and finally: on the way of a gradient, in loops, helpers, with jumps and stores."""

# ruff: noqa: E701, E722, F841
from __future__ import annotations

import numpy as np

from programs import Program, given, vectors


def risky(x, k):
    if k > 1:
        raise ValueError("k")
    return x * x * (k + 1)


def handler_value(x, k):
    try:
        y = risky(x, k)
    except ValueError:
        y = x * 3
    return np.sum(y * y)


def handler_raises(x, k):
    try:
        y = risky(x, k % 4)  # comment
        z = y * x
    # why
    except ValueError as error:  # bad
        raise RuntimeError("no") from error
    else:  # fine
        z = z * 2
    return np.sum(z)


def handler_return(x, k):
    try:
        return np.sum(risky(x, k))
    except ValueError:
        return np.sum(x * x * x)


def handler_const(x, k):
    try:
        scale = risky(2.0, k)
    except ValueError as e:
        scale = 1.5
        print(e)
    return np.sum(x * x) * scale


def handlers_two(x, k):
    y = x
    d = {"a": 1}
    try:
        if k == 3:
            d["b"]
        if k == 4:
            x[100]
        y = risky(x, k)
    except ValueError:
        y = y * 4
    except KeyError:
        y = y * y * y
    except IndexError:
        pass
    else:
        y = np.sin(y)
    finally:
        print("finally", k)
    return np.sum(y * y)


def try_loop(x, n):
    s = 0.0
    y = x
    for i in range(n):
        try:
            t = risky(y, i)
            if i == 0:
                continue
            y = np.sin(t)
        except ValueError:
            y = y * 0.5
            if i == 3:
                break
        s = s + np.sum(y * y)
    return s


def try_mutates(x, k):
    y = x * 2
    try:
        y[0] = y[1] * 3
        y = y * risky(1.0, k)
    except ValueError:
        y = x * y
    return np.sum(y)


def try_mutates_unused(x, k):
    y = x * 2
    try:
        y[0] = y[1] * 3
        y = y * risky(1.0, k)
    except ValueError:
        y = x * x
    return np.sum(y)


def try_partial(x, k):
    y = x
    try:
        y = y * 2
        z = risky(y, k)
    except ValueError:
        z = y * 3
    return np.sum(z * y)


def try_append(x, k):
    items = []
    try:
        items.append(x * 2)
        items.append(risky(x, k))
    except ValueError:
        pass
    return sum(np.sum(i * i) for i in items)


def try_count(x, k):
    n = 0
    try:
        n = 1
        y = risky(x, k)
        n = 2
    except ValueError:
        y = x * x * n
    return np.sum(y) * n


def finally_jump(x, k):
    log = []
    for i in range(3):
        try:
            y = x * (i + 1)
            if i == k:
                break
            if y[0] > 100:
                return np.sum(y)
        finally:
            log.append(i)
    return np.sum(y * y) + len(log)


def finally_return(x):
    try:
        y = x * x
        if x[0] > 0:
            return np.sum(y)
        z = np.sum(y * x)
    finally:
        print("done")
    return z * 2


def finally_changes(x):
    y = x * x
    try:
        if x[0] > -100:
            return y[0] * y[1]
    finally:
        y[0] = 5.0
    return np.sum(y)


def finally_changes_array(x):
    y = x * x
    def inner(y):
        try:
            if x[0] > -100:
                return y
        finally:
            y[0] = 5.0
        return y * 2
    return np.sum(inner(y) * x)


def nested_try(x, k):
    y = x * 1
    try:
        try:
            y = risky(x, k)
        except ValueError as e:
            y = x * 7
            raise KeyError("z") from e
        z = y
    except KeyError:
        z = y * 2
    return np.sum(z * x)


def nested_try_ok(x, k):
    try:
        try:
            y = risky(x, k)
        except ValueError as e:
            raise KeyError("z") from e
        z = y * 2
    except KeyError:
        z = x * 2
    return np.sum(z * x)


def helper(x, k):
    try:
        y = risky(x, k)
        return y * 2
    except ValueError:
        y = np.cos(x)
    finally:
        print("f")
    return y * 3


def try_in_helper(x, k):
    return np.sum(helper(x, k) * helper(x * 2, 2 - k))


def bare_except(x, k):
    try: y = risky(x, k)
    except: y = x
    return np.sum(y * y)


def try_unbound(x, k):
    try:
        w = x * 2
        y = risky(w, k)
    except ValueError:
        y = x * x
    return np.sum(y)


def linalg2(x):
    m = np.zeros((len(x), len(x))) * x
    try:
        y = np.linalg.solve(m, x)
    except np.linalg.LinAlgError:
        y = np.linalg.solve(np.outer(x, x) + np.eye(len(x)), x)
    return np.sum(y)


def try_while(x, k):
    i = 0
    y = x
    while True:
        try:
            i += 1
            y = risky(y, k)
            break
        except ValueError:
            k -= 1
            y = y * 2
            continue
        finally:
            print(i)
    return np.sum(y * y)


def raise_and_value(x, k):
    try:
        y = risky(x, k)
    except KeyError:
        raise
    except ValueError:
        y = x * 5
    return np.sum(y * y)


def try_import(x, k):
    try:
        import no_such_module
        y = x
    except ImportError:
        no_such_module = None
        y = x * 2
    return np.sum(y * y)


def try_key(x, d):
    try:
        s = d["a"]
    except KeyError:
        s = 1.0
    return np.sum(x * x) * s


def try_float(x, t):
    try:
        s = float(t)
    except ValueError:
        return np.sum(x)
    return np.sum(x * x) * s


def try_aug(x, k):
    total = 0.0
    try:
        total += np.sum(x)
        total += np.sum(risky(x, k))
    except ValueError:
        total = -1.0 * np.sum(x * x)
    return total


def err_args(x, k):
    try:
        if k > 1:
            raise ValueError(x * 2)
        y = x
    except ValueError as e:
        y = e.args[0] * x
    return np.sum(y)


def closure_mutates(x, k):
    y = x * 2
    def f():
        y[0] = 3.0
        risky(1.0, k)
    try:
        f()
        z = y * 1
    except ValueError:
        z = y * x
    return np.sum(z * y)


PROGRAMS = [
    Program(handler_value, given(0)),
    Program(handler_value, given(2)),
    Program(handler_raises, given(0)),
    Program(handler_raises, given(5)),
    Program(handler_return, given(0)),
    Program(handler_return, given(2)),
    Program(handler_const, given(0)),
    Program(handler_const, given(2)),
    Program(handlers_two, given(0)),
    Program(handlers_two, given(2)),
    Program(handlers_two, given(3)),
    Program(handlers_two, given(4)),
    Program(try_loop, given(4)),
    Program(try_mutates_unused, given(0)),
    Program(try_mutates_unused, given(2)),
    Program(finally_jump, given(0)),
    Program(finally_jump, given(2)),
    Program(finally_return, vectors(1)),
    Program(nested_try_ok, given(0)),
    Program(nested_try_ok, given(2)),
    Program(try_in_helper, given(0)),
    Program(try_in_helper, given(2)),
    Program(bare_except, given(0)),
    Program(bare_except, given(2)),
    Program(try_unbound, given(0)),
    Program(try_unbound, given(2)),
    Program(linalg2, vectors(1)),
    Program(try_while, given(0)),
    Program(try_while, given(2)),
    Program(raise_and_value, given(0)),
    Program(raise_and_value, given(2)),
    Program(try_import, given(0)),
    Program(try_import, given(2)),
    Program(try_key, given({"a": 2.0})),
    Program(try_key, given({"b": 2.0})),
    Program(try_float, given("2")),
    Program(try_float, given("zz")),
    Program(try_aug, given(0)),
    Program(try_aug, given(2)),
]

EITHER = [
    Program(try_append, given(0)),
    Program(try_append, given(2)),
    Program(try_count, given(0)),
    Program(try_count, given(2)),
    Program(err_args, given(0)),
    Program(err_args, given(2)),
    Program(closure_mutates, given(0)),
    Program(closure_mutates, given(2)),
]

REFUSED = [
    Program(try_mutates, given(0), refused="an exception may stop the try block"),
    Program(try_mutates, given(2), refused="an exception may stop the try block"),
    Program(try_partial, given(0), refused="an exception may stop the try block"),
    Program(try_partial, given(2), refused="an exception may stop the try block"),
    Program(finally_changes, vectors(1), refused="that this jump leaves may change it"),
    Program(finally_changes_array, vectors(1), refused="changed in place"),
    Program(nested_try, given(0), refused="an exception may stop the try block"),
    Program(nested_try, given(2), refused="an exception may stop the try block"),
]
