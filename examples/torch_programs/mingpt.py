"""A GPT that makes up first names, letter by letter, in the manner of minGPT: a config, a Trainer with callbacks.

    python mingpt.py names.txt --work-dir out

The text file holds one name (or word) a line. With PyTorch or, as `python -m seedgrad.torch mingpt.py …`, without it.
"""

import argparse
import os
import time
from collections import defaultdict

import torch
from mingpt_model import GPT
from torch.utils.data import Dataset
from torch.utils.data.dataloader import DataLoader


class Config:
    """Settings with dots between their names' parts: config.trainer.max_iters."""

    def __init__(self, **settings):
        self.__dict__.update(settings)

    def __str__(self):
        return self._text(0)

    def _text(self, indent):
        lines = []
        for name, value in self.__dict__.items():
            nested = isinstance(value, Config)
            text = f"{name}:\n{value._text(indent + 1)}" if nested else f"{name}: {value}\n"
            lines.append("  " * indent + text)
        return "".join(lines)


class Trainer:
    """Steps of training on whatever the dataset yields; callbacks say what else happens."""

    def __init__(self, config, model, train_dataset):
        self.config, self.model, self.train_dataset = config, model, train_dataset
        self.callbacks = defaultdict(list)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = self.model.to(self.device)
        self.optimizer = None
        self.iter_num, self.iter_time, self.iter_dt = 0, 0.0, 0.0

    def add_callback(self, onevent, callback):
        self.callbacks[onevent].append(callback)

    def trigger_callbacks(self, onevent):
        for callback in self.callbacks.get(onevent, []):
            callback(self)

    def run(self):
        model, config = self.model, self.config
        self.optimizer = model.configure_optimizers(config)
        train_loader = DataLoader(
            self.train_dataset,
            sampler=torch.utils.data.RandomSampler(self.train_dataset, replacement=True, num_samples=int(1e10)),
            shuffle=False,
            pin_memory=torch.cuda.is_available(),
            batch_size=config.batch_size,
            num_workers=config.num_workers,
        )
        model.train()
        self.iter_num, self.iter_time = 0, time.time()
        data_iter = iter(train_loader)
        while self.iter_num < config.max_iters:
            x, y = (t.to(self.device) for t in next(data_iter))
            _, self.loss = model(x, y)
            model.zero_grad(set_to_none=True)
            self.loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), config.grad_norm_clip)
            self.optimizer.step()
            self.trigger_callbacks("on_batch_end")
            self.iter_num += 1
            now = time.time()
            self.iter_dt, self.iter_time = now - self.iter_time, now


class NameDataset(Dataset):
    """Names as rows of numbers: 0 begins and ends a name, -1 in the target counts for nothing."""

    def __init__(self, names, chars, block_size):
        self.names, self.block_size = names, block_size
        self.stoi = {c: i + 1 for i, c in enumerate(chars)}
        self.itos = {i: c for c, i in self.stoi.items()}

    def __len__(self):
        return len(self.names)

    def __getitem__(self, idx):
        letters = torch.tensor([self.stoi[c] for c in self.names[idx]], dtype=torch.long)
        x = torch.zeros(self.block_size, dtype=torch.long)
        y = torch.full((self.block_size,), -1, dtype=torch.long)
        x[1 : 1 + len(letters)] = letters
        y[: len(letters)] = letters
        y[len(letters)] = 0
        return x, y

    def decode(self, row):
        end = row.index(0) if 0 in row else len(row)
        return "".join(self.itos[i] for i in row[:end])


@torch.no_grad()
def evaluate(model, dataset):
    model.eval()
    total = [model(x, y)[1].item() * len(x) for x, y in DataLoader(dataset, batch_size=100)]
    model.train()
    return sum(total) / len(dataset)


def main():
    parser = argparse.ArgumentParser(description="Train a GPT on names, one a line.")
    parser.add_argument("text", help="a text file with one name a line")
    parser.add_argument("--work-dir", default="out")
    parser.add_argument("--max-iters", type=int, default=1500)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--n-layer", type=int, default=3)
    parser.add_argument("--n-head", type=int, default=4)
    parser.add_argument("--n-embd", type=int, default=64)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--report", type=int, default=100, help="print the loss every so many iterations")
    parser.add_argument("--num-workers", type=int, default=0)
    parser.add_argument("--seed", type=int, default=3407)
    args = parser.parse_args()
    os.makedirs(args.work_dir, exist_ok=True)
    torch.manual_seed(args.seed)

    with open(args.text, encoding="utf-8") as file:
        names = sorted({line.strip() for line in file} - {""})
    chars, longest = sorted(set("".join(names))), max(map(len, names))
    order = torch.randperm(len(names)).tolist()
    held_out = min(1000, len(names) // 10)
    fit = NameDataset([names[i] for i in order[:-held_out]], chars, longest + 1)
    test = NameDataset([names[i] for i in order[-held_out:]], chars, longest + 1)

    p = args.dropout
    model_config = Config(n_layer=args.n_layer, n_head=args.n_head, n_embd=args.n_embd)
    model_config.__dict__.update(embd_pdrop=p, resid_pdrop=p, attn_pdrop=p)
    model_config.__dict__.update(vocab_size=len(chars) + 1, block_size=longest + 1)
    trainer_config = Config(max_iters=args.max_iters, batch_size=args.batch_size, num_workers=args.num_workers)
    trainer_config.__dict__.update(learning_rate=1e-3, betas=(0.9, 0.95), weight_decay=0.1, grad_norm_clip=1.0)
    print(Config(model=model_config, trainer=trainer_config))
    model = GPT(model_config)
    trainer = Trainer(trainer_config, model, fit)

    def report(trainer):
        if trainer.iter_num % args.report == 0:
            print(f"iter {trainer.iter_num}: train loss {trainer.loss.item():.5f}; {trainer.iter_dt * 1000:.2f}ms")

    def keep(trainer):
        if trainer.iter_num + 1 == args.max_iters:
            torch.save(model.state_dict(), os.path.join(args.work_dir, "model.pt"))

    trainer.add_callback("on_batch_end", report)
    trainer.add_callback("on_batch_end", keep)
    trainer.run()

    print(f"test loss {evaluate(model, test):.4f}")
    model.eval()
    start = torch.zeros(10, 1, dtype=torch.long, device=trainer.device)
    rows = model.generate(start, longest, do_sample=True, top_k=10)
    made = [fit.decode(row[1:]) for row in rows.tolist()]
    print("names:", " ".join(name + ("*" if name in names else "") for name in made), "(*: in the file)")


if __name__ == "__main__":
    main()
