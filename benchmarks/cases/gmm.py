"""The log-likelihood of a mixture of Gaussians, as in the ADBench suite but for the prior.

The inverse square root of component k's covariance is a lower triangular matrix: `L` below the
diagonal, the exponentials of `q` on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from dlgrad import dlgradient

from ..case import Case, rng


def logsumexp(a):
    top = a.max(axis=-1, keepdims=True)
    return np.log(np.exp(a - top).sum(axis=-1)) + top[..., 0]


def gmm(alpha, mu, q, L, x):
    Q = np.tril(L, -1) + np.exp(q)[:, :, None] * np.eye(q.shape[1])
    z = np.einsum("kde,nke->nkd", Q, x[:, None, :] - mu)
    score = alpha + q.sum(axis=1) - 0.5 * np.sum(z**2, axis=2)
    loss = x.shape[0] * logsumexp(alpha) - np.sum(logsumexp(score))
    dalpha, dmu, dq, dL = dlgradient(loss, alpha, mu, q, L)
    return loss, dalpha, dmu, dq, dL


def by_hand(alpha, mu, q, L, x):
    n, d = x.shape
    Q = np.tril(L, -1) + np.exp(q)[:, :, None] * np.eye(d)
    r = x[:, None, :] - mu
    z = np.einsum("kde,nke->nkd", Q, r)
    score = alpha + q.sum(axis=1) - 0.5 * np.sum(z**2, axis=2)
    top = score.max(axis=1, keepdims=True)
    e = np.exp(score - top)
    total = e.sum(axis=1, keepdims=True)
    top_alpha = alpha.max()
    e_alpha = np.exp(alpha - top_alpha)
    loss = n * (np.log(e_alpha.sum()) + top_alpha) - np.sum(np.log(total) + top)
    p = e / total
    dalpha = n * e_alpha / e_alpha.sum() - p.sum(axis=0)
    dz = p[:, :, None] * z
    dmu = -np.einsum("nkd,kde->ke", dz, Q)
    dQ = np.einsum("nkd,nke->kde", dz, r)
    dq = np.exp(q) * np.einsum("kdd->kd", dQ) - p.sum(axis=0)[:, None]
    return loss, dalpha, dmu, dq, np.tril(dQ, -1)


def arguments(quick: bool) -> tuple[Any, ...]:
    n, d, k = (50, 4, 3) if quick else (1000, 20, 20)
    normal = rng().standard_normal
    return normal(k), normal((k, d)), 0.3 * normal((k, d)), 0.3 * normal((k, d, d)), normal((n, d))


def loss(np: Any) -> Any:
    def logsumexp(a):
        top = np.max(a, axis=-1, keepdims=True)
        return np.log(np.sum(np.exp(a - top), axis=-1)) + top[..., 0]

    def gmm_loss(alpha, mu, q, L, x):
        Q = np.tril(L, -1) + np.exp(q)[:, :, None] * np.eye(q.shape[1])
        z = np.einsum("kde,nke->nkd", Q, x[:, None, :] - mu)
        score = alpha + np.sum(q, axis=1) - 0.5 * np.sum(z**2, axis=2)
        return x.shape[0] * logsumexp(alpha) - np.sum(logsumexp(score))

    return gmm_loss


def torch_loss(torch: Any) -> Any:
    def gmm_loss(alpha, mu, q, L, x):
        Q = torch.tril(L, -1) + torch.diag_embed(torch.exp(q))
        z = torch.einsum("kde,nke->nkd", Q, x[:, None, :] - mu)
        score = alpha + q.sum(1) - 0.5 * (z**2).sum(2)
        return x.shape[0] * torch.logsumexp(alpha, 0) - torch.logsumexp(score, 1).sum()

    return gmm_loss


CASE = Case("gmm", gmm, by_hand, arguments, (0, 1, 2, 3), loss, torch_loss)
