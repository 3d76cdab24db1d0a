"""A small GPT on characters, in the manner of nanoGPT: settings by flags, checkpoints, sampling.

    python prepare.py chars book.txt --out data/chars
    python nanogpt.py --data data/chars --out-dir out
    python nanogpt.py --data data/chars --out-dir out --init-from resume --max-iters 2000
    python nanogpt.py --data data/chars --out-dir out --sample 500 --prompt "The "

With PyTorch or, as `python -m seedgrad.torch nanogpt.py …`, without it.
"""

import argparse
import json
import math
import os
import time
from contextlib import nullcontext
from dataclasses import asdict

import numpy as np
import torch
from nanogpt_model import GPT, GPTConfig


def get_batch(args, split, device):
    # A new memory map each time: an old one would keep all the pages it has seen.
    data = np.memmap(os.path.join(args.data, f"{split}.bin"), dtype=np.uint16, mode="r")
    ix = torch.randint(len(data) - args.block_size, (args.batch_size,))
    x = torch.stack([torch.from_numpy(data[i : i + args.block_size].astype(np.int64)) for i in ix])
    y = torch.stack([torch.from_numpy(data[i + 1 : i + 1 + args.block_size].astype(np.int64)) for i in ix])
    return x.to(device), y.to(device)


@torch.no_grad()
def estimate_loss(model, args, device, ctx):
    model.eval()
    out = {}
    for split in ("train", "val"):
        losses = torch.zeros(args.eval_iters)
        for k in range(args.eval_iters):
            x, y = get_batch(args, split, device)
            with ctx:
                _, loss = model(x, y)
            losses[k] = loss.item()
        out[split] = losses.mean()
    model.train()
    return out


def get_lr(it, args):
    """A straight rise, then half a cosine down to a tenth."""
    low = args.learning_rate / 10
    if it < args.warmup_iters:
        return args.learning_rate * (it + 1) / (args.warmup_iters + 1)
    if it > args.max_iters:
        return low
    ratio = (it - args.warmup_iters) / (args.max_iters - args.warmup_iters)
    return low + 0.5 * (1.0 + math.cos(math.pi * ratio)) * (args.learning_rate - low)


def parse():
    parser = argparse.ArgumentParser(description="Train a GPT on characters, or sample from one.")
    parser.add_argument("--data", required=True, help="a folder that prepare.py chars has made")
    parser.add_argument("--out-dir", default="out")
    parser.add_argument("--init-from", choices=["scratch", "resume"], default="scratch")
    parser.add_argument("--sample", type=int, default=0, help="only write so many characters with the saved model")
    parser.add_argument("--prompt", default="\n")
    parser.add_argument("--eval-interval", type=int, default=250)
    parser.add_argument("--eval-iters", type=int, default=20)
    parser.add_argument("--log-interval", type=int, default=10)
    parser.add_argument("--gradient-accumulation-steps", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=12)
    parser.add_argument("--block-size", type=int, default=64)
    parser.add_argument("--n-layer", type=int, default=4)
    parser.add_argument("--n-head", type=int, default=4)
    parser.add_argument("--n-embd", type=int, default=128)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--bias", action="store_true")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--max-iters", type=int, default=2000)
    parser.add_argument("--warmup-iters", type=int, default=100)
    parser.add_argument("--weight-decay", type=float, default=1e-1)
    parser.add_argument("--grad-clip", type=float, default=1.0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--dtype", choices=["float32", "bfloat16", "float16"], default="float32")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--seed", type=int, default=1337)
    return parser.parse_args()


def main():
    args = parse()
    os.makedirs(args.out_dir, exist_ok=True)
    torch.manual_seed(args.seed)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    device_type = "cuda" if "cuda" in args.device else "cpu"
    ptdtype = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[args.dtype]
    mixed = args.dtype != "float32"
    ctx = torch.amp.autocast(device_type=device_type, dtype=ptdtype) if mixed else nullcontext()
    with open(os.path.join(args.data, "meta.json"), encoding="utf-8") as file:
        chars = json.load(file)["chars"]
    path = os.path.join(args.out_dir, "ckpt.pt")

    checkpoint, iter_num, best_val_loss = None, 0, 1e9
    names = ("block_size", "n_layer", "n_head", "n_embd", "dropout", "bias")
    model_args = dict(vocab_size=len(chars), **{name: getattr(args, name) for name in names})
    if args.init_from == "resume" or args.sample:
        checkpoint = torch.load(path, map_location=args.device)
        model_args = checkpoint["model_args"]
    model = GPT(GPTConfig(**model_args)).to(args.device)
    if checkpoint is not None:
        prefix = "_orig_mod."  # what a compiled model puts before its names
        state = {k.removeprefix(prefix): v for k, v in checkpoint["model"].items()}
        model.load_state_dict(state)
        iter_num, best_val_loss = checkpoint["iter_num"], checkpoint["best_val_loss"]

    if args.sample:
        model.eval()
        start = torch.tensor([chars.index(c) for c in args.prompt], dtype=torch.long, device=args.device)[None, ...]
        with ctx:
            y = model.generate(start, args.sample, temperature=0.8, top_k=20)
        print("".join(chars[i] for i in y[0].tolist()))
        return

    scaler = torch.amp.GradScaler(device_type, enabled=(args.dtype == "float16"))
    optimizer = model.configure_optimizers(args.weight_decay, args.learning_rate, (0.9, 0.99), device_type)
    if checkpoint is not None:
        optimizer.load_state_dict(checkpoint["optimizer"])
    raw_model = model
    if args.compile:
        model = torch.compile(model)

    x, y = get_batch(args, "train", args.device)
    t0 = time.time()
    while True:
        lr = get_lr(iter_num, args)
        for group in optimizer.param_groups:
            group["lr"] = lr
        if iter_num % args.eval_interval == 0 or iter_num == args.max_iters:
            losses = estimate_loss(model, args, args.device, ctx)
            print(f"step {iter_num}: train loss {losses['train']:.4f}, val loss {losses['val']:.4f}")
            if losses["val"] < best_val_loss and iter_num > 0:
                best_val_loss = losses["val"].item()
                checkpoint = {
                    "model": raw_model.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "model_args": asdict(raw_model.config),
                    "iter_num": iter_num,
                    "best_val_loss": best_val_loss,
                }
                torch.save(checkpoint, path)
        if iter_num >= args.max_iters:
            break
        for _ in range(args.gradient_accumulation_steps):
            with ctx:
                _, loss = model(x, y)
                loss = loss / args.gradient_accumulation_steps
            x, y = get_batch(args, "train", args.device)
            scaler.scale(loss).backward()
        if args.grad_clip != 0.0:
            scaler.unscale_(optimizer)
            torch.nn.utils.clip_grad_norm_(model.parameters(), args.grad_clip)
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad(set_to_none=True)
        if iter_num % args.log_interval == 0:
            lossf = loss.item() * args.gradient_accumulation_steps
            print(f"iter {iter_num}: loss {lossf:.4f}, lr {lr:.2e}, time {1000 * (time.time() - t0):.0f}ms")
            t0 = time.time()
        iter_num += 1


if __name__ == "__main__":
    main()
