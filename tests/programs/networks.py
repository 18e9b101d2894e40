"""Neural networks in plain NumPy."""

import dlgrad as dl
import numpy as np

from . import Model, Program, differences


def sigmoid(z):
    """The logistic function."""
    return 1 / (1 + np.exp(-z))


def softmax(z, axis=-1):
    """Probabilities along an axis."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def layer_norm(x, gain, bias, eps=1e-5):
    """Normalise over the last axis."""
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    return gain * (x - mean) / np.sqrt(var + eps) + bias


def gelu(x):
    """The tanh form."""
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def mlp(w1, b1, w2, b2, x, t):
    h = np.tanh(x @ w1 + b1)
    y = h @ w2 + b2
    return np.mean((y - t) ** 2)


def relu_classifier(w1, w2, x, labels):
    h = np.maximum(x @ w1, 0)
    p = softmax(h @ w2)
    return -np.log(p[range(len(labels)), labels]).mean()


def self_attention(wq, wk, wv, x):
    q, k, v = x @ wq, x @ wk, x @ wv
    scores = q @ k.T / np.sqrt(q.shape[-1])
    mask = np.triu(np.ones_like(scores), k=1)
    scores = np.where(mask == 1, -1e9, scores)
    return np.sum((softmax(scores) @ v) ** 2)


def multi_head(w, x, heads=2):
    t, d = x.shape
    q, k, v = np.split(x @ w, 3, axis=1)
    split = lambda z: z.reshape(t, heads, d // heads).transpose(1, 0, 2)  # noqa: E731
    q, k, v = split(q), split(k), split(v)
    a = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(d // heads))
    out = (a @ v).transpose(1, 0, 2).reshape(t, d)
    return np.mean(out**2)


def transformer_block(p, x):
    h = layer_norm(x, p["g1"], p["b1"])
    q, k, v = h @ p["wq"], h @ p["wk"], h @ p["wv"]
    x = x + softmax(q @ k.T / np.sqrt(x.shape[1])) @ v
    h = layer_norm(x, p["g2"], p["b2"])
    x = x + gelu(h @ p["w1"]) @ p["w2"]
    return np.sum(x * x)


def convolution_loops(image, kernel):
    h, w = image.shape
    kh, kw = kernel.shape
    out = np.zeros((h - kh + 1, w - kw + 1))
    for i in range(h - kh + 1):
        for j in range(w - kw + 1):
            out[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel)
    return np.sum(np.tanh(out))


def convolution_shifts(image, kernel, bias):
    kh, kw = kernel.shape
    h, w = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    out = bias
    for i in range(kh):
        for j in range(kw):
            out = out + kernel[i, j] * image[i : i + h, j : j + w]
    return np.sum(np.maximum(out, 0) ** 2)


def max_pool_loops(image):
    h, w = image.shape
    out = np.zeros((h // 2, w // 2))
    for i in range(h // 2):
        for j in range(w // 2):
            out[i, j] = image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max()
    return np.sum(out**2)


def max_pool_reshape(image):
    h, w = image.shape
    blocks = image[: h // 2 * 2, : w // 2 * 2].reshape(h // 2, 2, w // 2, 2)
    return np.sum(blocks.max(axis=(1, 3)) ** 2) + np.sum(blocks.mean(axis=(1, 3)) ** 3)


def rnn(wx, wh, b, xs):
    h = np.zeros(wh.shape[0])
    loss = 0.0
    for x in xs:
        h = np.tanh(wx @ x + wh @ h + b)
        loss = loss + np.sum(h**2)
    return loss / len(xs)


def lstm(w, b, xs):
    n = b.size // 4
    h, c = np.zeros(n), np.zeros(n)
    for x in xs:
        z = w @ np.concatenate([x, h]) + b
        i, f, o, g = z[:n], z[n : 2 * n], z[2 * n : 3 * n], z[3 * n :]
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return np.sum(h**2) + np.sum(c)


def gru(p, xs):
    h = np.zeros_like(p["b"])
    outputs = []
    for t in range(xs.shape[0]):
        z = sigmoid(p["wz"] @ xs[t] + p["uz"] @ h)
        r = sigmoid(p["wr"] @ xs[t] + p["ur"] @ h)
        candidate = np.tanh(p["wh"] @ xs[t] + p["uh"] @ (r * h) + p["b"])
        h = (1 - z) * h + z * candidate
        outputs.append(h)
    return np.mean(np.array(outputs) ** 2)


def batch_norm(x, gain, bias):
    mu = x.mean(axis=0)
    var = ((x - mu) ** 2).mean(axis=0)
    y = gain * (x - mu) / np.sqrt(var + 1e-5) + bias
    return np.sum(np.sin(y))


def embedding_bag(table, words):
    total = 0.0
    for sentence in words:
        v = table[sentence].mean(axis=0)
        total += np.tanh(v).sum()
    return total


def dropout(w, x, seed):
    rng = np.random.default_rng(seed)
    keep = rng.random(x.shape) > 0.3
    h = np.tanh(x @ w) * keep[:, :1] / 0.7
    return np.sum(h * h)


def residual_stack(weights, x):
    for i, w in enumerate(weights):
        h = np.tanh(x @ w)
        x = x + h if i % 2 == 0 else h
    return np.mean(x**2)


def autoencoder(p, x):
    h = x
    codes = []
    for w, b in zip(p["encoder"], p["biases"]):
        h = np.tanh(h @ w + b)
        codes.append(h)
    for w in reversed(p["encoder"]):
        h = h @ w.T
    return np.mean((h - x) ** 2) + 0.1 * sum(np.abs(c).mean() for c in codes)


def graph_convolution(adjacency, w, features):
    degree = adjacency.sum(axis=1)
    d = 1 / np.sqrt(degree + 1)
    normal = d[:, None] * (adjacency + np.eye(len(adjacency))) * d[None, :]
    h = np.maximum(normal @ features @ w, 0)
    return (normal @ h).std()


def physics_informed(w1, b1, w2, xs):
    h = np.tanh(np.outer(xs, w1) + b1)
    u = h @ w2
    d = (1 - h**2) * w1
    residual = d @ w2 + u
    return np.mean(residual**2) + (u[0] - 1) ** 2


def sgd_unrolled(w, x, t, rate):
    for _ in range(3):
        error = x @ w - t
        gradient = 2 * x.T @ error / len(t)
        w = w - rate * gradient
    return np.mean((x @ w - t) ** 2)


def mlp_arguments(rng, n):
    return (rng.normal(size=(n, 5)), rng.normal(size=5), rng.normal(size=(5, 2)), 0.1 * rng.normal(size=2),
            rng.normal(size=(n + 3, n)), rng.normal(size=(n + 3, 2)))  # fmt: skip


def block(rng, n):
    shapes = {"g1": n, "b1": n, "g2": n, "b2": n, "wq": (n, n), "wk": (n, n), "wv": (n, n),
              "w1": (n, 5), "w2": (5, n)}  # fmt: skip
    return {k: rng.normal(size=s) for k, s in shapes.items()}, rng.normal(size=(3, n))


def gru_arguments(rng, n):
    shapes = {k + g: (n, 2 if k == "w" else n) for g in "zrh" for k in "wu"} | {"b": n}
    return {k: rng.normal(size=s) for k, s in shapes.items()}, rng.normal(size=(4, 2))


def codes(rng, n):
    p = {"encoder": [rng.normal(size=(n, 3)), rng.normal(size=(3, 2))],
         "biases": [rng.normal(size=3), rng.normal(size=2)]}  # fmt: skip
    return p, rng.normal(size=(5, n))


def normal(*shapes):
    """Arrays whose sizes are given as numbers or by 'n'."""
    return lambda rng, n: tuple(
        rng.normal(size=tuple(n if s == "n" else s for s in shape)) for shape in shapes
    )


def shared_layer(x, w, b):
    """The column of b is made once: the loop's turns must not write over it."""
    h = dl.sigmoid(dl.fullyconnect(dl.dlarray(x, "CB"), w, b))
    h = dl.sigmoid(dl.fullyconnect(h, w, b))
    for _ in range(2):
        h = dl.sigmoid(dl.fullyconnect(h, w, b))
    h = dl.relu(h)
    loss = (h * h).sum()
    return dl.extractdata(loss), dl.dlgradient(loss, w)


def shared_layer_loss(x, w, b):
    for _ in range(4):
        x = sigmoid(w @ x + b[:, None])
    return np.sum(x * x)


def shared_layer_expected(x, w, b):
    return shared_layer_loss(x, w, b), differences(lambda v: shared_layer_loss(x, v, b), w)


PROGRAMS = [
    Program(mlp, mlp_arguments, (0, 1, 2, 3)),
    Program(self_attention, normal(("n", "n"), ("n", "n"), ("n", 2), (3, "n")), (0, 1, 2, 3)),
    Program(multi_head, lambda rng, n: (rng.normal(size=(n, 3 * n)), rng.normal(size=(3, n))), (0, 1)),
    Program(transformer_block, block, (0, 1)),
    Program(convolution_loops, normal(("n", "n"), (2, 3)), (0, 1)),
    Program(
        convolution_shifts,
        lambda rng, n: (rng.normal(size=(n, n + 1)), rng.normal(size=(3, 2)), 0.1),
        (0, 1, 2),
    ),
    Program(
        max_pool_loops,
        normal(
            ("n", "n"),
        ),
    ),
    Program(
        max_pool_reshape,
        normal(
            ("n", "n"),
        ),
    ),
    Program(rnn, normal(("n", 2), ("n", "n"), ("n",), (4, 2)), (0, 1, 2, 3)),
    Program(
        lstm,
        lambda rng, n: (rng.normal(size=(4 * n, n + 2)), rng.normal(size=4 * n), rng.normal(size=(3, 2))),
        (0, 1, 2),
    ),
    Program(gru, gru_arguments, (0, 1)),
    Program(batch_norm, normal((5, "n"), ("n",), ("n",)), (0, 1, 2)),
    Program(embedding_bag, lambda rng, n: (rng.normal(size=(5, n)), [[0, 1, 1], [3], [4, 0]])),
    Program(dropout, lambda rng, n: (rng.normal(size=(n, 3)), rng.normal(size=(4, n)), 7), (0, 1)),
    Program(
        residual_stack,
        lambda rng, n: ([rng.normal(size=(n, n)) for _ in range(3)], rng.normal(size=(2, n))),
        (0, 1),
    ),
    Program(autoencoder, codes, (0, 1)),
    Program(
        graph_convolution,
        lambda rng, n: (rng.uniform(size=(n, n)), rng.normal(size=(2, 3)), rng.normal(size=(n, 2))),
        (0, 1, 2),
    ),
    Program(physics_informed, normal(("n",), ("n",), ("n",), (5,)), (0, 1, 2)),
    Program(
        sgd_unrolled,
        lambda rng, n: (rng.normal(size=n), rng.normal(size=(n + 1, n)), rng.normal(size=n + 1), 0.1),
        (0, 1, 2, 3),
    ),
    Program(
        relu_classifier,
        lambda rng, n: (
            rng.normal(size=(n, 5)),
            rng.normal(size=(5, 3)),
            rng.normal(size=(n, n)),
            rng.integers(3, size=n),
        ),
        (0, 1),
    ),
]

MODELS = [
    Model(shared_layer, normal(("n", 3), ("n", "n"), ("n",)), shared_layer_expected),
]
