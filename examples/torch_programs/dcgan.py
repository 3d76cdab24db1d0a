"""A generative adversarial network of convolutions (DCGAN) that learns to draw digits.

    python dcgan.py --epochs 10 --out-dir out

With PyTorch or, as `python -m seedgrad.torch dcgan.py …`, without it.

Source: Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative
Adversarial Networks", 2015.
"""

import argparse
import os
import random

import torch
import torch.nn as nn
import torch.optim as optim
import torch.utils.data
from digits import DEFAULT, load_digits, save_grid


def weights_init(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        nn.init.normal_(m.weight, 0.0, 0.02)
    elif classname.find("BatchNorm") != -1:
        nn.init.normal_(m.weight.data, 1.0, 0.02)
        nn.init.constant_(m.bias.data, 0)


class Generator(nn.Module):
    """From nz numbers to a picture of 32 × 32 pixels in [-1, 1]."""

    def __init__(self, nz, ngf, nc=1):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(nz, ngf * 4, 4, 1, 0, bias=False),
            nn.BatchNorm2d(ngf * 4),
            nn.ReLU(True),  # (ngf * 4) x 4 x 4
            nn.ConvTranspose2d(ngf * 4, ngf * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf * 2),
            nn.ReLU(True),  # (ngf * 2) x 8 x 8
            nn.ConvTranspose2d(ngf * 2, ngf, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf),
            nn.ReLU(True),  # ngf x 16 x 16
            nn.ConvTranspose2d(ngf, nc, 4, 2, 1, bias=False),
            nn.Tanh(),  # nc x 32 x 32
        )

    def forward(self, input):
        return self.main(input)


class Discriminator(nn.Module):
    """From a picture to the probability that it is a real one."""

    def __init__(self, ndf, nc=1):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(nc, ndf, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),  # ndf x 16 x 16
            nn.Conv2d(ndf, ndf * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ndf * 2),
            nn.LeakyReLU(0.2, inplace=True),  # (ndf * 2) x 8 x 8
            nn.Conv2d(ndf * 2, ndf * 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ndf * 4),
            nn.LeakyReLU(0.2, inplace=True),  # (ndf * 4) x 4 x 4
            nn.Conv2d(ndf * 4, 1, 4, 1, 0, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, input):
        return self.main(input).view(-1, 1).squeeze(1)


def main():
    parser = argparse.ArgumentParser(description="Train a DCGAN on digits.")
    parser.add_argument("--data", default=DEFAULT, help="an .npz file with images and labels")
    parser.add_argument("--out-dir", default="out")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--nz", type=int, default=64, help="numbers that a picture is made from")
    parser.add_argument("--ngf", type=int, default=32, help="channels of the generator")
    parser.add_argument("--ndf", type=int, default=32, help="channels of the discriminator")
    parser.add_argument("--lr", type=float, default=0.0002)
    parser.add_argument("--beta1", type=float, default=0.5)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--max-steps", type=int, default=0, help="stop each epoch after so many; 0: all")
    parser.add_argument("--log-interval", type=int, default=25)
    parser.add_argument("--netG", default="", help="continue with a saved generator")
    parser.add_argument("--netD", default="", help="continue with a saved discriminator")
    parser.add_argument("--manualSeed", type=int)
    opt = parser.parse_args()
    os.makedirs(opt.out_dir, exist_ok=True)
    if opt.manualSeed is None:
        opt.manualSeed = random.randint(1, 10000)
    print("Random Seed: ", opt.manualSeed)
    random.seed(opt.manualSeed)
    torch.manual_seed(opt.manualSeed)
    torch.backends.cudnn.benchmark = True
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")

    dataset, _ = load_digits(opt.data, size=32)
    dataloader = torch.utils.data.DataLoader(
        dataset, batch_size=opt.batch_size, shuffle=True, num_workers=opt.workers, drop_last=True
    )
    netG = Generator(opt.nz, opt.ngf).to(device)
    netG.apply(weights_init)
    netD = Discriminator(opt.ndf).to(device)
    netD.apply(weights_init)
    if opt.netG:
        netG.load_state_dict(torch.load(opt.netG, map_location=device))
    if opt.netD:
        netD.load_state_dict(torch.load(opt.netD, map_location=device))
    print(netG)
    print(netD)

    criterion = nn.BCELoss()
    fixed_noise = torch.randn(64, opt.nz, 1, 1, device=device)
    real_label, fake_label = 1, 0
    optimizerD = optim.Adam(netD.parameters(), lr=opt.lr, betas=(opt.beta1, 0.999))
    optimizerG = optim.Adam(netG.parameters(), lr=opt.lr, betas=(opt.beta1, 0.999))

    for epoch in range(opt.epochs):
        for i, data in enumerate(dataloader, 0):
            # The discriminator: maximise log(D(x)) + log(1 - D(G(z))).
            netD.zero_grad()
            real = data[0].to(device) * 2 - 1
            batch_size = real.size(0)
            label = torch.full((batch_size,), real_label, dtype=real.dtype, device=device)
            output = netD(real)
            errD_real = criterion(output, label)
            errD_real.backward()
            D_x = output.mean().item()

            noise = torch.randn(batch_size, opt.nz, 1, 1, device=device)
            fake = netG(noise)
            label.fill_(fake_label)
            output = netD(fake.detach())
            errD_fake = criterion(output, label)
            errD_fake.backward()
            D_G_z1 = output.mean().item()
            errD = errD_real + errD_fake
            optimizerD.step()

            # The generator: maximise log(D(G(z))).
            netG.zero_grad()
            label.fill_(real_label)
            output = netD(fake)
            errG = criterion(output, label)
            errG.backward()
            D_G_z2 = output.mean().item()
            optimizerG.step()
            if i % opt.log_interval == 0:
                print(
                    f"[{epoch}/{opt.epochs}][{i}/{len(dataloader)}] Loss_D: {errD.item():.4f} Loss_G: {errG.item():.4f} "
                    f"D(x): {D_x:.4f} D(G(z)): {D_G_z1:.4f} / {D_G_z2:.4f}"
                )
            if i + 1 == opt.max_steps:
                break
        netG.eval()
        with torch.no_grad():
            save_grid(netG(fixed_noise) / 2 + 0.5, os.path.join(opt.out_dir, f"fake_samples_epoch_{epoch:03d}.pgm"))
        netG.train()
        torch.save(netG.state_dict(), os.path.join(opt.out_dir, "netG.pt"))
        torch.save(netD.state_dict(), os.path.join(opt.out_dir, "netD.pt"))


if __name__ == "__main__":
    main()
