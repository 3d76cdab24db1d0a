"""A vision transformer that reads handwritten digits.

    python vit.py --epochs 8

With PyTorch or, as `python -m seedgrad.torch vit.py …`, without it.

Source: Dosovitskiy et al., "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale", 2020.
"""

import argparse
import math
import time

import torch
from digits import DEFAULT, load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader


class PatchEmbedding(nn.Module):
    """Patches of an image as vectors: by a convolution whose stride is its size, or cut out and multiplied."""

    def __init__(self, patch_size, in_channels, dim, how="conv"):
        super().__init__()
        self.patch_size, self.how = patch_size, how
        if how == "conv":
            self.proj = nn.Conv2d(in_channels, dim, kernel_size=patch_size, stride=patch_size)
        else:
            self.proj = nn.Linear(in_channels * patch_size * patch_size, dim)

    def forward(self, x):
        if self.how == "conv":
            return self.proj(x).flatten(2).transpose(1, 2)  # (B, dim, h, w) -> (B, h * w, dim)
        p = self.patch_size
        b, c = x.shape[:2]
        patches = x.unfold(2, p, p).unfold(3, p, p)  # (B, C, h, w, p, p)
        return self.proj(patches.permute(0, 2, 3, 1, 4, 5).reshape(b, -1, c * p * p))


class ViT(nn.Module):
    def __init__(
        self, image_size, patch_size, in_channels, num_classes, dim, depth, heads, mlp_dim, dropout=0.0, how="conv"
    ):
        super().__init__()
        assert image_size % patch_size == 0, "the image must divide into patches"
        num_patches = (image_size // patch_size) ** 2
        self.to_patches = PatchEmbedding(patch_size, in_channels, dim, how)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos_embedding = nn.Parameter(torch.empty(1, num_patches + 1, dim))
        self.dropout = nn.Dropout(dropout)
        layer = nn.TransformerEncoderLayer(
            dim, heads, mlp_dim, dropout, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, depth, norm=nn.LayerNorm(dim), enable_nested_tensor=False)
        self.head = nn.Linear(dim, num_classes)
        nn.init.trunc_normal_(self.pos_embedding, std=0.02)
        nn.init.trunc_normal_(self.cls_token, std=0.02)
        self.apply(self._init_weights)

    @staticmethod
    def _init_weights(m):
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
            if m.bias is not None:
                nn.init.zeros_(m.bias)

    def forward(self, x):
        x = self.to_patches(x)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat((cls, x), dim=1) + self.pos_embedding
        x = self.encoder(self.dropout(x))
        return self.head(x[:, 0])


def random_shift(images, by=2):
    """Shift a batch, as a whole, by up to so many pixels to each side."""
    rows, columns = torch.randint(-by, by + 1, (2,)).tolist()
    return torch.roll(images, shifts=(rows, columns), dims=(2, 3))


def train_one_epoch(model, loader, optimizer, scheduler, criterion, device, args):
    model.train()
    total, correct, seen = 0.0, 0, 0
    for step, (images, labels) in enumerate(loader):
        images, labels = random_shift(images.to(device)), labels.to(device)
        outputs = model((images - 0.5) / 0.5)
        loss = criterion(outputs, labels)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
        scheduler.step()
        total += loss.item() * labels.size(0)
        correct += (outputs.argmax(dim=1) == labels).sum().item()
        seen += labels.size(0)
        if step + 1 == args.max_steps:
            break
    return total / seen, correct / seen


@torch.inference_mode()
def evaluate(model, loader, device):
    model.eval()
    total, correct, seen = 0.0, 0, 0
    for images, labels in loader:
        outputs = model((images.to(device) - 0.5) / 0.5)
        total += F.cross_entropy(outputs, labels.to(device), reduction="sum").item()
        correct += (outputs.argmax(1) == labels.to(device)).sum().item()
        seen += labels.size(0)
    return total / seen, correct / seen


def main():
    parser = argparse.ArgumentParser(description="Train a vision transformer on digits.")
    parser.add_argument("--data", default=DEFAULT, help="an .npz file with images and labels")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--patch-size", type=int, default=7)
    parser.add_argument("--patches", choices=["conv", "unfold"], default="conv", help="how patches become vectors")
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--mlp-dim", type=int, default=128)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--warmup", type=int, default=100, help="steps in which the learning rate rises")
    parser.add_argument("--label-smoothing", type=float, default=0.1)
    parser.add_argument("--test-size", type=int, default=2000)
    parser.add_argument("--max-steps", type=int, default=0, help="stop each epoch after so many; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", default="vit.pt")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    train_set, test_set = load_digits(args.data, test=args.test_size)
    train_loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=250)

    model = ViT(
        image_size=28,
        patch_size=args.patch_size,
        in_channels=1,
        num_classes=10,
        dim=args.dim,
        depth=args.depth,
        heads=args.heads,
        mlp_dim=args.mlp_dim,
        dropout=args.dropout,
        how=args.patches,
    ).to(device)
    print(f"{sum(p.numel() for p in model.parameters() if p.requires_grad):,} trainable parameters")
    criterion = nn.CrossEntropyLoss(label_smoothing=args.label_smoothing)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=0.05)
    steps = args.epochs * len(train_loader)

    def factor(step):
        rise = min(1.0, (step + 1) / args.warmup)
        return rise * 0.5 * (1 + math.cos(math.pi * step / steps))

    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda=factor)
    for epoch in range(args.epochs):
        start = time.time()
        train_loss, train_acc = train_one_epoch(model, train_loader, optimizer, scheduler, criterion, device, args)
        test_loss, test_acc = evaluate(model, test_loader, device)
        print(
            f"Epoch {epoch + 1}/{args.epochs} - train loss: {train_loss:.4f} acc: {train_acc:.4f} - "
            f"test loss: {test_loss:.4f} acc: {test_acc:.4f} - time: {time.time() - start:.1f}s"
        )
        torch.save({"epoch": epoch, "state_dict": model.state_dict(), "acc": test_acc}, args.save)
    checkpoint = torch.load(args.save, map_location=device)
    model.load_state_dict(checkpoint["state_dict"])
    _, test_acc = evaluate(model, test_loader, device)
    print(f"Test accuracy after epoch {checkpoint['epoch'] + 1}: {100 * test_acc:.2f}%")


if __name__ == "__main__":
    main()
