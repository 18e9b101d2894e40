"""Differential equations: stencils, integrators, particles, shooting."""

import numpy as np

from . import Program, numbers, vectors


def heat_equation(u, k):
    dt = 0.1
    for _ in range(5):
        un = u.copy()
        un[1:-1] = u[1:-1] + dt * k * (u[2:] - 2 * u[1:-1] + u[:-2])
        u = un
    return np.sum(u**2)


def heat_in_place(u, k):
    u = u.copy()
    for _ in range(4):
        u[1:-1] += 0.1 * k * (u[2:] - 2 * u[1:-1] + u[:-2])
        u[0] = u[1]
        u[-1] = 0.0
    return np.sum(u * u)


def heat_element_loops(u, k):
    for _ in range(3):
        new = np.zeros_like(u)
        for i in range(len(u)):
            left = u[i - 1] if i > 0 else u[-1]
            right = u[i + 1] if i < len(u) - 1 else u[0]
            new[i] = u[i] + 0.1 * k * (left - 2 * u[i] + right)
        u = new
    return np.sum(u**3)


def laplace_2d(boundary, source):
    n = len(boundary)
    p = np.zeros((n, n))
    p[0, :] = boundary
    for _ in range(4):
        old = p.copy()
        p[1:-1, 1:-1] = 0.25 * (old[1:-1, 2:] + old[1:-1, :-2] + old[2:, 1:-1] + old[:-2, 1:-1] - source)
        p[-1, :] = p[-2, :]
    return np.sum(p**2)


def gauss_seidel(b, omega):
    n = len(b)
    x = np.zeros(n)
    for _ in range(3):
        for i in range(n):
            s = b[i]
            if i > 0:
                s = s + x[i - 1]
            if i < n - 1:
                s = s + x[i + 1]
            x[i] = (1 - omega) * x[i] + omega * s / 2.5
    return np.sum(x**2)


def burgers(u, viscosity):
    for _ in range(4):
        flux = 0.5 * u**2
        u = u - 0.05 * (np.roll(flux, -1) - np.roll(flux, 1)) \
            + viscosity * 0.1 * (np.roll(u, -1) - 2 * u + np.roll(u, 1))  # fmt: skip
    return np.mean(u**2)


def wave_equation(u, c):
    previous = u
    for _ in range(5):
        lap = np.zeros_like(u)
        lap[1:-1] = u[2:] - 2 * u[1:-1] + u[:-2]
        previous, u = u, 2 * u - previous + 0.1 * c**2 * lap
    return u @ u


def runge_kutta(y, k):
    def f(t, y):
        return np.array([y[1], -k * np.sin(y[0]) - 0.1 * y[1] + np.cos(t)])

    t, h = 0.0, 0.2
    y = y[:2]
    for _ in range(4):
        k1 = f(t, y)
        k2 = f(t + h / 2, y + h / 2 * k1)
        k3 = f(t + h / 2, y + h / 2 * k2)
        k4 = f(t + h, y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t += h
    return np.sum(y**2)


def adaptive_euler(y, rate):
    t, h = 0.0, 0.3
    while t < 1.0:
        full = y + h * np.tanh(rate * y)
        half = y + h / 2 * np.tanh(rate * y)
        half = half + h / 2 * np.tanh(rate * half)
        error = np.max(np.abs(full - half))
        if error > 0.02:
            h = h / 2
            continue
        y = 2 * half - full
        t += h
        if error < 0.002:
            h *= 1.5
    return np.sum(y)


def lotka_volterra(a, b, c, d):
    prey, predator = 1.0, 0.5
    cost = 0.0
    for _ in range(20):
        new_prey = prey + 0.05 * (a * prey - b * prey * predator)
        predator = predator + 0.05 * (c * prey * predator - d * predator)
        prey = new_prey
        cost += (prey - 1.0) ** 2 * 0.05
    return cost + predator


def verlet(position, velocity, mass):
    def acceleration(q):
        a = np.zeros_like(q)
        for i in range(len(q)):
            for j in range(len(q)):
                if i != j:
                    r = q[j] - q[i]
                    a[i] += mass[j] * r / (np.sum(r**2) + 0.5) ** 1.5
        return a

    a = acceleration(position)
    for _ in range(2):
        velocity = velocity + 0.05 * a
        position = position + 0.1 * velocity
        a = acceleration(position)
        velocity = velocity + 0.05 * a
    kinetic = 0.5 * np.sum(mass[:, None] * velocity**2)
    return kinetic + np.sum(position**2)


def lennard_jones(position):
    energy = 0.0
    n = len(position)
    for i in range(n):
        for j in range(i + 1, n):
            r2 = np.sum((position[i] - position[j]) ** 2) + 0.8
            s6 = 1 / r2**3
            energy += 4 * (s6**2 - s6)
    return energy


def spring_chain(x, stiffness):
    stretch = np.diff(x) - 1
    return 0.5 * np.sum(stiffness[: len(stretch)] * stretch**2) - 0.1 * x[-1]


def shooting(angle, speed):
    x, y = 0.0, 0.0
    vx, vy = speed * np.cos(angle), speed * np.sin(angle)
    steps = 0
    while y >= 0.0 and steps < 100:
        x, y = x + 0.05 * vx, y + 0.05 * vy
        drag = 0.1 * np.sqrt(vx**2 + vy**2)
        vx, vy = vx - 0.05 * drag * vx, vy - 0.05 * (1.0 + drag * vy)
        steps += 1
    return (x - 1.0) ** 2 + y


def bouncing_ball(height, elasticity):
    y, v = height, 0.0
    for _ in range(30):
        v = v - 0.1 * 9.81 * 0.3
        y = y + 0.1 * v
        if y < 0:
            y = -y
            v = -elasticity * v
    return y * y + v


def ising_energy(spins, coupling, field):
    s = np.tanh(spins)
    e = -np.sum(coupling * s * np.roll(s, 1, axis=0)) - np.sum(coupling * s * np.roll(s, 1, axis=1))
    return e - field * s.sum()


def tridiagonal_solve(a, b, c, d):
    n = len(b)
    b = np.abs(b) + 4
    cp, dp = np.zeros(n), np.zeros(n)
    cp[0] = c[0] / b[0]
    dp[0] = d[0] / b[0]
    for i in range(1, n):
        m = b[i] - a[i] * cp[i - 1]
        cp[i] = c[i] / m
        dp[i] = (d[i] - a[i] * dp[i - 1]) / m
    x = np.zeros(n)
    x[-1] = dp[-1]
    for i in range(n - 2, -1, -1):
        x[i] = dp[i] - cp[i] * x[i + 1]
    return np.sum(x**2)


def spectral_derivative(u):
    k = np.fft.fftfreq(len(u)) * 2 * np.pi
    du = np.real(np.fft.ifft(1j * k * np.fft.fft(u)))
    return np.sum(du**2)


PROGRAMS = [
    Program(heat_equation, lambda rng, n: (rng.normal(size=n + 1), 0.7), (0, 1)),
    Program(heat_in_place, lambda rng, n: (rng.normal(size=n + 1), 0.7), (0, 1)),
    Program(heat_element_loops, lambda rng, n: (rng.normal(size=n), 0.7), (0, 1)),
    Program(laplace_2d, lambda rng, n: (rng.normal(size=n), 0.2), (0, 1)),
    Program(gauss_seidel, lambda rng, n: (rng.normal(size=n), 1.2), (0, 1)),
    Program(burgers, lambda rng, n: (rng.normal(size=n), 0.7), (0, 1)),
    Program(wave_equation, lambda rng, n: (rng.normal(size=n), 0.7), (0, 1)),
    Program(runge_kutta, lambda rng, n: (rng.normal(size=n), 0.7), (0, 1)),
    Program(adaptive_euler, lambda rng, n: (rng.normal(size=n), 0.7), (0, 1)),
    Program(lotka_volterra, numbers(4), (0, 1, 2, 3)),
    Program(
        verlet,
        lambda rng, n: (rng.normal(size=(n, 2)), rng.normal(size=(n, 2)), rng.uniform(1, 2, size=n)),
        (0, 1, 2),
    ),
    Program(lennard_jones, lambda rng, n: (rng.normal(size=(n, 3)),)),
    Program(spring_chain, vectors(2), (0, 1)),
    Program(shooting, lambda rng, n: (0.7, 2.0), (0, 1)),
    Program(bouncing_ball, lambda rng, n: (0.9, 0.8), (0, 1)),
    Program(ising_energy, lambda rng, n: (rng.normal(size=(n, n)), 0.7, 0.2), (0, 1, 2)),
    Program(tridiagonal_solve, vectors(4), (0, 1, 2, 3)),
    Program(spectral_derivative, vectors(1)),
]
