"""Code on Python numbers: the math module, iterations to convergence, finance, geometry."""

import cmath
import math

import numpy as np

from . import Program, numbers


def black_scholes(s, k, sigma, t, r=0.02):
    d1 = (math.log(s / k) + (r + sigma**2 / 2) * t) / (sigma * math.sqrt(t))
    d2 = d1 - sigma * math.sqrt(t)
    cdf = lambda z: 0.5 * (1 + math.erf(z / math.sqrt(2)))  # noqa: E731
    return s * cdf(d1) - k * math.exp(-r * t) * cdf(d2)


def newton_root(a):
    x = 1.0
    for _ in range(8):
        x = x - (x * x - a) / (2 * x)
    return x


def newton_until(a, b):
    x = a
    n = 0
    while abs(x**3 + b * x - a) > 1e-14 and n < 50:
        x -= (x**3 + b * x - a) / (3 * x**2 + b)
        n += 1
    return x


def bisection(a, b):
    low, high = 0.0, 4.0
    for _ in range(4):
        mid = 0.5 * (low + high)
        if mid**2 < a:
            low = mid
        else:
            high = mid
    return low + (a - low**2) / (2 * low + b)


def kepler(mean, eccentricity):
    e = 0.3 * eccentricity
    x = mean
    for _ in range(10):
        x = x - (x - e * math.sin(x) - mean) / (1 - e * math.cos(x))
    return math.tan(x / 2) * math.sqrt((1 + e) / (1 - e))


def simpson(a, b, n=8):
    def f(t):
        return math.exp(-t * t) * a

    h = b / n
    total = f(0.0) + f(b)
    for k in range(1, n):
        total += (4 if k % 2 else 2) * f(k * h)
    return total * h / 3


def horner(x, a, b, c):
    result = 0.0
    for coefficient in (a, b, c, 2.0, -1):
        result = result * x + coefficient
    return result


def continued_fraction(x):
    value = 0.0
    for k in range(9, 0, -1):
        value = x / (k + value)
    return 1 / (1 + value)


def agm(a, b):
    while abs(a - b) > 1e-12:
        a, b = (a + b) / 2, math.sqrt(a * b)
    return a


def haversine(a, b, c, d):
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2 + 0.1) ** 2
    return 2 * math.asin(math.sqrt(h))


def power_forms(a, b):
    return a**b + a**2 + a**-1 + a**0.5 + 2**a + pow(a, 3) + b**0 + math.pow(a, b) + (-a) ** 3


def rounding(a, b):
    n = int(a * 3)
    f = math.floor(b * 2)
    return a * n + b * f + round(a, 1) * a + abs(-b) + a // 0.3 + a % 0.3


def min_max(a, b):
    return max(a, b) * min(a, b * b) + max(a, b, 1.1) + min([a, b]) + max(0.0, a - 5)


def casts(a, b):
    return float(a) * float(np.sin(b)) + float(1) * np.float64(a) + int(2.7) * a


def complex_numbers(a, b):
    z = complex(a, b)
    w = cmath.exp(1j * z) * z.conjugate() + z**2
    return w.real * abs(z) + w.imag


def mandelbrot(a, b):
    c = complex(-0.4 * a, 0.3 * b)
    z = 0j
    for _ in range(6):
        z = z * z + c
        if abs(z) > 2:
            break
    return abs(z) ** 2


def loan(rate, principal):
    balance = principal
    payment = principal * rate / 12 / (1 - (1 + rate / 12) ** -24)
    interest = 0.0
    for _month in range(24):
        i = balance * rate / 12
        interest += i
        balance -= payment - i
    return interest + balance


def running_statistics(a, b, c):
    mean = m2 = 0.0
    n = 0
    for v in (a, b, c, a * b):
        n += 1
        delta = v - mean
        mean += delta / n
        m2 += delta * (v - mean)
    return m2 / (n - 1)


def integer_arithmetic(a):
    n = 7
    total = 0
    while n > 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        total += 1
    return a**total * 0.5**total * (n << 1) + (5 & 3) * a


def exponent_of_loop(a):
    return sum(a**k / math.factorial(k) for k in range(6))


def trigonometry(a, b):
    return (math.sinh(a) * math.cosh(b) + math.tanh(a) + math.asinh(b) + math.atan(a) + math.log1p(b)
            + math.expm1(a) + math.log2(a) + math.log10(b) + math.degrees(a) * math.radians(b) + math.acos(a / 2)
            + math.copysign(a, -1) + math.fabs(-b) + math.lgamma(a) + math.gamma(b) + math.erfc(a))  # fmt: skip


def bounded_by_integers(a, b):
    """Which argument a maximum returns, an integer or a float, is not known before it runs."""
    low, high = min(a, 7), max(b, 0)
    inside = min(-a, 0) + max(a * b, -1, 0.25) + min(max(b, 0), 5)
    return low * high + inside + max((a, 0)) + min([b, 9, 8.5])


PROGRAMS = [
    Program(bounded_by_integers, numbers(2), (0, 1)),
    Program(black_scholes, numbers(4), (0, 1, 2, 3)),
    Program(newton_root, numbers(1)),
    Program(newton_until, numbers(2), (0, 1)),
    Program(bisection, numbers(2), (0, 1)),
    Program(kepler, numbers(2), (0, 1)),
    Program(simpson, numbers(2), (0, 1)),
    Program(horner, numbers(4), (0, 1, 2, 3)),
    Program(continued_fraction, numbers(1)),
    Program(agm, numbers(2), (0, 1)),
    Program(haversine, numbers(4), (0, 1, 2, 3)),
    Program(power_forms, numbers(2), (0, 1)),
    Program(rounding, numbers(2), (0, 1)),
    Program(min_max, numbers(2), (0, 1)),
    Program(casts, numbers(2), (0, 1)),
    Program(complex_numbers, numbers(2), (0, 1)),
    Program(mandelbrot, numbers(2), (0, 1)),
    Program(loan, numbers(2), (0, 1)),
    Program(running_statistics, numbers(3), (0, 1, 2)),
    Program(integer_arithmetic, numbers(1)),
    Program(exponent_of_loop, numbers(1)),
    Program(trigonometry, numbers(2), (0, 1)),
]
