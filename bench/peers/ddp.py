"""Training steps of PyTorch DDP (gloo), one core per process, beside `vit train` on as many ranks: docs/distributed.md.

  python bench/peers/ddp.py --ranks 1
  python bench/peers/ddp.py --ranks 2

The model is that of the recipe cifar100-vit, the batch is divided among the processes, the data are random.
"""

import argparse
import os
import time

import timm
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

BATCH, WARM_UP = 128, 3


def work(rank, ranks, steps, port):
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[rank]})
    torch.set_num_threads(1)
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    dist.init_process_group("gloo", rank=rank, world_size=ranks)
    torch.manual_seed(0)
    model = timm.models.VisionTransformer(
        img_size=32, patch_size=4, num_classes=100, embed_dim=192, depth=9, num_heads=12, mlp_ratio=2, drop_path_rate=0.1
    )
    model = torch.nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    x = torch.randn(BATCH // ranks, 3, 32, 32)
    y = torch.randint(100, (BATCH // ranks,))
    for step in range(WARM_UP + steps):
        if step == WARM_UP:
            start = time.perf_counter()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    if rank == 0:
        seconds = time.perf_counter() - start
        count = sum(p.numel() for p in model.parameters())
        print(f"{ranks} ranks: {BATCH * steps / seconds:.1f} images/s, {1e3 * seconds / steps:.0f} ms a step, {count:,} parameters")
    dist.destroy_process_group()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--port", type=int, default=29500)
    args = parser.parse_args()
    mp.spawn(work, (args.ranks, args.steps, args.port), nprocs=args.ranks)
