"""A U-Net that finds digits in pictures full of scraps of other digits, and says for each pixel which digit it is of.

    python unet.py --epochs 8 --out-dir out

A scene has one to three whole digits and eight scraps, squares of 8 × 8 pixels cut out of other digits; all of them are
real handwriting, as in the cluttered digits of Mnih et al., "Recurrent Models of Visual Attention", 2014. Pixels of
a whole digit have the class digit + 1, all others, those of scraps among them, the class 0.

With PyTorch or, as `python -m seedgrad.torch unet.py …`, without it.

Source: Ronneberger, Fischer and Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", 2015.
"""

import argparse
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from digits import DEFAULT, load_digits, save_grid
from torch.utils.data import DataLoader, Dataset, TensorDataset

CLASSES = 11
INK = 0.3  # a pixel at least as bright belongs to its digit


class ClutteredDigits(Dataset):
    """Scenes of `size` × `size` pixels, each made from its own seed, and the class of every pixel."""

    def __init__(self, digits, length, size=64, seed=0):
        self.images = digits.tensors[0][:, 0].numpy()
        self.labels = digits.tensors[1].numpy()
        self.length, self.size, self.seed = length, size, seed

    def __len__(self):
        return self.length

    def __getitem__(self, idx):
        rng = np.random.default_rng([self.seed, idx])
        scene = np.zeros((self.size, self.size), np.float32)
        mask = np.zeros((self.size, self.size), np.int64)
        for _ in range(8):
            source = self.images[rng.integers(len(self.images))]
            a, b = rng.integers(4, 16, 2)
            y, x = rng.integers(0, self.size - 8, 2)
            spot = scene[y : y + 8, x : x + 8]
            np.maximum(spot, source[a : a + 8, b : b + 8], out=spot)
        for _ in range(rng.integers(1, 4)):
            k = rng.integers(len(self.images))
            y, x = rng.integers(0, self.size - 28, 2)
            spot = scene[y : y + 28, x : x + 28]
            np.maximum(spot, self.images[k], out=spot)
            mask[y : y + 28, x : x + 28][self.images[k] >= INK] = self.labels[k] + 1
        return torch.from_numpy(scene)[None], torch.from_numpy(mask)


class DoubleConv(nn.Module):
    """(convolution => [BN] => ReLU) * 2"""

    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    """Half the size, then a double convolution."""

    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(in_channels, out_channels))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    """Twice the size, what came from the same size on the way down beside it, then a double convolution."""

    def __init__(self, in_channels, out_channels, bilinear=False):
        super().__init__()
        if bilinear:
            self.up = nn.Sequential(
                nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
                nn.Conv2d(in_channels, in_channels // 2, kernel_size=1),
            )
        else:
            self.up = nn.ConvTranspose2d(in_channels, in_channels // 2, kernel_size=2, stride=2)
        self.conv = DoubleConv(in_channels, out_channels)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        dy, dx = x2.size(2) - x1.size(2), x2.size(3) - x1.size(3)
        x1 = F.pad(x1, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return self.conv(torch.cat([x2, x1], dim=1))


class UNet(nn.Module):
    def __init__(self, n_channels, n_classes, width=16, bilinear=False):
        super().__init__()
        self.inc = DoubleConv(n_channels, width)
        self.down = nn.ModuleList([Down(width << i, width << (i + 1)) for i in range(3)])
        self.up = nn.ModuleList([Up(width << (i + 1), width << i, bilinear) for i in reversed(range(3))])
        self.outc = nn.Conv2d(width, n_classes, kernel_size=1)

    def forward(self, x):
        skips = [self.inc(x)]
        for down in self.down:
            skips.append(down(skips[-1]))
        x = skips.pop()
        for up in self.up:
            x = up(x, skips.pop())
        return self.outc(x)


def dice_coeff(input, target, epsilon=1e-6):
    """2 |A ∩ B| / (|A| + |B|) for each class, over all pictures of a batch; 1 where both are empty."""
    inter = 2 * (input * target).sum(dim=(0, 2, 3))
    sets_sum = input.sum(dim=(0, 2, 3)) + target.sum(dim=(0, 2, 3))
    sets_sum = torch.where(sets_sum == 0, inter, sets_sum)
    return (inter + epsilon) / (sets_sum + epsilon)


def dice_loss(input, target):
    """Of the digits: nine tenths of the pixels belong to none, and would count for nothing but themselves."""
    return 1 - dice_coeff(input[:, 1:], target[:, 1:]).mean()


@torch.no_grad()
def evaluate(net, loader, device):
    """The Dice coefficient over all pixels of each digit class, averaged, and the share of right pixels."""
    net.eval()
    both, sizes, right, pixels = torch.zeros(CLASSES), torch.zeros(CLASSES), 0, 0
    for images, masks in loader:
        masks = masks.to(device)
        found = net(images.to(device)).argmax(dim=1)
        a = F.one_hot(found, CLASSES).flatten(0, 2)
        b = F.one_hot(masks, CLASSES).flatten(0, 2)
        both += (a * b).sum(0).cpu()
        sizes += (a.sum(0) + b.sum(0)).cpu()
        right += (found == masks).sum().item()
        pixels += masks.numel()
    net.train()
    return (2 * both / sizes.clamp(min=1))[1:].mean().item(), right / pixels


def main():
    parser = argparse.ArgumentParser(description="Train a U-Net to find digits among clutter.")
    parser.add_argument("--data", default=DEFAULT, help="an .npz file with images and labels")
    parser.add_argument("--out-dir", default="out")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--scenes", type=int, default=2000, help="scenes in an epoch")
    parser.add_argument("--test-scenes", type=int, default=200)
    parser.add_argument("--size", type=int, default=64, help="pixels to a side, at least 29")
    parser.add_argument("--width", type=int, default=16, help="channels of the first level")
    parser.add_argument("--bilinear", action="store_true", help="enlarge by interpolation")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--max-steps", type=int, default=0, help="stop each epoch after so many; 0: all")
    parser.add_argument("--log-interval", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    os.makedirs(args.out_dir, exist_ok=True)
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    train_digits, test_digits = load_digits(args.data)
    fit_digits, val_digits = TensorDataset(*train_digits[:-1000]), TensorDataset(*train_digits[-1000:])
    train_set = ClutteredDigits(fit_digits, args.scenes, args.size, seed=1)
    val_set = ClutteredDigits(val_digits, args.test_scenes, args.size, seed=2)
    test_set = ClutteredDigits(test_digits, args.test_scenes, args.size, seed=3)
    train_loader = DataLoader(train_set, shuffle=True, batch_size=args.batch_size, drop_last=True)
    val_loader = DataLoader(val_set, shuffle=False, batch_size=args.batch_size)
    test_loader = DataLoader(test_set, shuffle=False, batch_size=args.batch_size)

    net = UNet(1, CLASSES, args.width, args.bilinear).to(device=device, memory_format=torch.channels_last)
    print(f"{sum(p.numel() for p in net.parameters()):,} parameters")
    optimizer = torch.optim.RMSprop(net.parameters(), lr=args.lr, weight_decay=1e-8, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, "max", patience=1)  # of the Dice coefficient
    criterion = nn.CrossEntropyLoss()
    for epoch in range(1, args.epochs + 1):
        net.train()
        start, epoch_loss = time.time(), 0.0
        for step, (images, true_masks) in enumerate(train_loader):
            images = images.to(device=device, memory_format=torch.channels_last)
            true_masks = true_masks.to(device=device, dtype=torch.long)
            masks_pred = net(images)
            loss = criterion(masks_pred, true_masks)
            loss += dice_loss(
                F.softmax(masks_pred, dim=1).float(), F.one_hot(true_masks, CLASSES).permute(0, 3, 1, 2).float()
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            epoch_loss += loss.item()
            if step % args.log_interval == 0:
                print(f"epoch {epoch} step {step}: loss {loss.item():.4f}")
            if step + 1 == args.max_steps:
                break
        score, accuracy = evaluate(net, val_loader, device)
        scheduler.step(score)
        print(
            f"epoch {epoch}: mean loss {epoch_loss / (step + 1):.4f}, validation Dice {score:.4f}, pixels {accuracy:.4f}, "
            f"lr {optimizer.param_groups[0]['lr']:.1e}, {time.time() - start:.1f}s"
        )
        torch.save(net.state_dict(), os.path.join(args.out_dir, f"checkpoint_epoch{epoch}.pt"))

    score, accuracy = evaluate(net, test_loader, device)
    print(f"test Dice {score:.4f}, pixels {accuracy:.4f}")
    net.eval()
    images, masks = next(iter(DataLoader(test_set, batch_size=8)))
    with torch.no_grad():
        found = net(images.to(device)).argmax(dim=1).cpu()
    rows = [images, masks[:, None] / 10, found[:, None] / 10]
    save_grid(torch.cat(rows), os.path.join(args.out_dir, "scenes.pgm"), columns=len(images))


if __name__ == "__main__":
    main()
