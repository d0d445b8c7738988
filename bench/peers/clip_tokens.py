"""Captions per second of one thread's processor time with open_clip's tokenizer: the peer of TokenizerBench.

usage: clip_tokens.py CAPTIONS.txt [COUNT]

Writes COUNT captions into the file if it does not exist: templates and class names of CLIP's data sets in random
pairs, one in twenty with accents, curly quotes or emoji. The sum of the ids must equal TokenizerBench's.
"""
import json
import os
import random
import sys
import time

import open_clip

PROMPTS = "core/src/main/resources/dev/vit4j/text/prompts.json"
OTHERS = ["at the café “Zoë”", "– it’s great 😀", "in São Paulo…", "&amp; friends", "(crème brûlée)"]

path = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
if not os.path.exists(path):
    sets = list(json.load(open(PROMPTS, encoding="utf-8")).values())
    templates = [t for s in sets for t in s["templates"]]
    names = [c for s in sets for c in s["classes"] if isinstance(c, str)]
    rng = random.Random(0)
    with open(path, "w", encoding="utf-8") as out:
        for i in range(count):
            caption = rng.choice(templates).format(rng.choice(names) + " and " + rng.choice(names))
            print(caption + (" " + rng.choice(OTHERS) if i % 20 == 0 else ""), file=out)
captions = open(path, encoding="utf-8").read().split("\n")[:-1]
tokenizer = open_clip.tokenizer.SimpleTokenizer()
for _ in range(2):  # the first fills the cache of words
    start, wall, total = time.process_time(), time.perf_counter(), 0
    for caption in captions:
        ids = tokenizer.encode(caption)[:75]
        total += sum(ids) + tokenizer.sot_token_id + tokenizer.eot_token_id
    used, seconds = time.process_time() - start, time.perf_counter() - wall
    print(f"{len(captions) / seconds:,.0f} captions/s, {len(captions) / used:,.0f} per second of processor time (sum of ids {total})")
