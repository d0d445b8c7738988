"""Lets schemathesis send images that can be read, and damaged ones, beside noise; see serve_schemathesis.toml."""
import io

import schemathesis
from hypothesis import strategies as st
from PIL import Image


def encoded(kind):
    out = io.BytesIO()
    Image.linear_gradient("L").resize((40, 30)).convert("RGB").save(out, kind)
    return out.getvalue()


def images(kind):
    whole = encoded(kind)
    cut = st.integers(0, len(whole)).map(lambda n: whole[:n])
    changed = st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)).map(
        lambda at: whole[: at[0]] + bytes([at[1]]) + whole[at[0] + 1 :])
    return st.one_of(st.just(whole), cut, changed, st.binary(max_size=100))


for name, kind in (("image/png", "PNG"), ("image/jpeg", "JPEG"), ("image/webp", "WEBP"), ("application/octet-stream", "PNG")):
    schemathesis.openapi.media_type(name, images(kind))
