"""Makes golden values of two-dimensional maps with scikit-learn.

usage: make_map_fixture.py FOLDER
Writes FOLDER/digits.safetensors: 300 of scikit-learn's digits (features [300, 64], labels), their first three principal
components (pca, variance) and t-SNE with perplexity 20 (tsne, its trustworthiness with 10 neighbors, kl).
"""
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

digits = load_digits()
x, labels = digits.data[:300].astype(np.float32), digits.target[:300].astype(np.int64)
pca = PCA(3, svd_solver="full")
coordinates = np.ascontiguousarray(pca.fit_transform(x.astype(np.float64)))  # safetensors writes memory as it lies
tsne = TSNE(perplexity=20, random_state=0, method="exact")
y = tsne.fit_transform(x)
out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
save_file(
    dict(
        features=x,
        labels=labels,
        pca=coordinates,
        variance=pca.explained_variance_ratio_,
        tsne=y.astype(np.float64),
        trustworthiness=np.array([trustworthiness(x, y, n_neighbors=10)]),
        kl=np.array([tsne.kl_divergence_]),
    ),
    out / "digits.safetensors",
)
print(trustworthiness(x, y, n_neighbors=10), tsne.kl_divergence_)
