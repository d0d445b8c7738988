"""Golden values of the tests of dev.vit4j.probe, with scikit-learn and torch.

usage: make_probe_fixture.py core/src/test/resources/fixtures/16-probe/probe.safetensors
"""
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from sklearn.linear_model import RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from torch import nn
from torch.nn import functional as F

r = np.random.default_rng(7)
classes, dim = 4, 6
means = r.standard_normal((classes, dim)) * 1.5


def sample(n):
    y = r.integers(0, classes, n)
    return (means[y] + r.standard_normal((n, dim)) + 0.5).astype(np.float32), y.astype(np.int64)


x, y = sample(60)
tx, ty = sample(25)
tx[3] = x[5]  # at distance 0
out = {"x": x, "y": y, "test_x": tx}
for alpha in (1.0, 10.0):
    out[f"ridge{alpha:g}"] = RidgeClassifier(alpha=alpha).fit(x.astype(float), y).decision_function(tx)
two = y < 2
out["ridge_binary"] = RidgeClassifier(alpha=1.0).fit(x[two].astype(float), y[two]).decision_function(tx)
for metric in ("euclidean", "cosine"):
    for weights in ("uniform", "distance"):
        knn = KNeighborsClassifier(5, metric=metric, weights=weights, algorithm="brute")
        out[f"knn_{metric}_{weights}"] = knn.fit(x.astype(float), y).predict_proba(tx.astype(float))

# DINO's eval_knn.py: the k largest similarities vote with exp(similarity / T).
unit, queries = F.normalize(torch.tensor(x), dim=1), F.normalize(torch.tensor(tx), dim=1)
near, at = (queries @ unit.T).topk(5)
votes = torch.zeros(len(tx), classes).scatter_add_(1, torch.tensor(y)[at], (near / 0.07).exp())
out["knn_softmax"] = (votes / votes.sum(1, keepdim=True)).numpy()

text = F.normalize(torch.tensor(r.standard_normal((classes, dim)), dtype=torch.float32), dim=1)
out["text"] = text.numpy()
# Tip-Adapter's main.py
one_hot = F.one_hot(torch.tensor(y), classes).float()
affinity = queries @ unit.T
out["tip"] = (100 * queries @ text.T + ((-1) * (5.5 - 5.5 * affinity)).exp() @ one_hot * 1.2).numpy()

torch.manual_seed(1)
# CLIP-Adapter's clip_adapter.py
f = nn.Sequential(nn.Linear(dim, 3, bias=False), nn.ReLU(), nn.Linear(3, dim, bias=False), nn.ReLU())
adapted = 0.2 * f(queries) + 0.8 * queries
logits = 100 * F.normalize(adapted, dim=1) @ text.T
out |= {"clip_adapter": logits.detach().numpy(), "clip_adapter.0": f[0].weight.detach().clone().numpy(), "clip_adapter.1": f[2].weight.detach().clone().numpy()}
# two steps of SGD with momentum on the first 8 samples
opt = torch.optim.SGD(f.parameters(), lr=1e-3, momentum=0.9)
for _ in range(2):
    u = unit[:8]
    loss = F.cross_entropy(100 * F.normalize(0.2 * f(u) + 0.8 * u, dim=1) @ text.T, torch.tensor(y[:8]))
    opt.zero_grad()
    loss.backward()
    opt.step()
out |= {"clip_adapter.trained.0": f[0].weight.detach().numpy(), "clip_adapter.loss": np.array([loss.item()])}
save_file({k: np.ascontiguousarray(v) for k, v in out.items()}, sys.argv[1])
