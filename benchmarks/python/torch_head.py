#!/usr/bin/env python3
"""One ArcFace head step in PyTorch on the CPU, the reference that users would pick instead.

Prints one line of JSON: {"engine", "shape", "cpu_ms", "wall_ms", "rss_mb", "loss"} (medians over --reps).
Fair settings: MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=-1 in the environment (no page-fault churn), OPENBLAS_CORETYPE and
OPENBLAS_L2_SIZE unset, OMP_NUM_THREADS and --threads equal. Needs Debian's python3-torch and libopenblas0-pthread.
"""
import argparse, json, math, resource, statistics, time
import torch
import torch.nn.functional as F

SHAPES = {"S1": (64, 128, 1000), "S2": (128, 512, 10_000), "S3": (128, 512, 100_000), "S4": (64, 128, 1_000_000)}


def step(x, w, labels, s=64.0, m=0.5):
    rows = torch.arange(x.shape[0])
    cos = F.linear(F.normalize(x), F.normalize(w))
    c = cos[rows, labels].clamp(-1 + 1e-7, 1 - 1e-7)
    target = c * math.cos(m) - torch.sqrt(1 - c * c) * math.sin(m)
    logits = cos.scatter(1, labels[:, None], target[:, None]) * s
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    return loss.item()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--shape", default="S2", choices=SHAPES)
    p.add_argument("--reps", type=int, default=7)
    p.add_argument("--threads", type=int, default=1)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    n, d, c = SHAPES[a.shape]
    x = torch.randn(n, d, requires_grad=True)
    w = torch.randn(c, d, requires_grad=True)
    labels = torch.randint(c, (n,))
    cpu, wall = [], []
    for i in range(a.reps + 1):
        x.grad = w.grad = None
        t, u = time.perf_counter(), time.process_time()
        loss = step(x, w, labels)
        if i:
            wall.append(time.perf_counter() - t)
            cpu.append(time.process_time() - u)
    print(json.dumps({"engine": "pytorch", "shape": a.shape, "threads": a.threads,
                      "cpu_ms": round(1e3 * statistics.median(cpu), 2), "wall_ms": round(1e3 * statistics.median(wall), 2),
                      "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "loss": loss}))


if __name__ == "__main__":
    main()
