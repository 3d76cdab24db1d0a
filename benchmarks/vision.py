"""Convolutional workloads: classifiers, a diffusion U-Net, a DCGAN step."""

from __future__ import annotations

from typing import Any

from .common import Steps, Workload, classifier, inference, load, numbers, training


def lenet(lib: Any) -> Steps:
    """LeNet-5 with ReLU and max pooling, batch 64 of 28×28, Adam."""
    nn = lib.nn
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )
    load(lib, model, 2)
    return classifier(lib, model, lib.optim.Adam(model.parameters()), (1, 28, 28), 64)


def resnet18(lib: Any) -> Any:
    """ResNet-18 with the stem for 32×32 images. Source: He, Zhang, Ren and Sun, "Deep Residual Learning", 2015."""
    nn = lib.nn

    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, n: int, m: int, stride: int) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(n, m, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(m)
            self.conv2 = nn.Conv2d(m, m, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(m)
            self.relu = nn.ReLU()
            self.short = nn.Sequential()
            if stride > 1 or n != m:
                self.short = nn.Sequential(nn.Conv2d(n, m, 1, stride, bias=False), nn.BatchNorm2d(m))

        def forward(self, x: Any) -> Any:
            y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
            return self.relu(y + self.short(x))

    blocks: list[Any] = []
    width = 64
    for m, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        blocks += [Block(width, m, stride), Block(m, m, 1)]
        width = m
    model = nn.Sequential(
        nn.Conv2d(3, 64, 3, 1, 1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        *blocks,
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(512, 10),
    )
    load(lib, model, 3)
    return model


def resnet18_training(lib: Any) -> Steps:
    """Batch 8 of 32×32, SGD with momentum."""
    model = resnet18(lib)
    return classifier(lib, model, lib.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9), (3, 32, 32), 8)


def resnet18_inference(lib: Any) -> Steps:
    """Batch 1 of 32×32."""
    return inference(lib, resnet18(lib), numbers(lib, 1, 3, 32, 32))


def mobilenet(lib: Any) -> Steps:
    """Inverted residuals with depthwise convolutions, batch 16 of 32×32. Source: Sandler et al., "MobileNetV2", 2018."""
    nn = lib.nn

    class Inverted(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, n: int, m: int, stride: int) -> None:
            super().__init__()
            wide = 4 * n
            self.same = stride == 1 and n == m
            self.layers = nn.Sequential(
                nn.Conv2d(n, wide, 1, bias=False),
                nn.BatchNorm2d(wide),
                nn.ReLU6(),
                nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False),
                nn.BatchNorm2d(wide),
                nn.ReLU6(),
                nn.Conv2d(wide, m, 1, bias=False),
                nn.BatchNorm2d(m),
            )

        def forward(self, x: Any) -> Any:
            y = self.layers(x)
            return x + y if self.same else y

    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU6(),
        Inverted(16, 24, 2),
        Inverted(24, 24, 1),
        Inverted(24, 32, 2),
        Inverted(32, 32, 1),
        Inverted(32, 64, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    )
    load(lib, model, 4)
    return classifier(lib, model, lib.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9), (3, 32, 32), 16)


def unet(lib: Any) -> Steps:
    """A U-Net that predicts noise: widths 32, 64, 128, batch 16 of 32×32, AdamW."""
    nn = lib.nn

    def block(n: int, m: int) -> Any:
        return nn.Sequential(
            nn.Conv2d(n, m, 3, padding=1),
            nn.GroupNorm(8, m),
            nn.SiLU(),
            nn.Conv2d(m, m, 3, padding=1),
            nn.GroupNorm(8, m),
            nn.SiLU(),
        )

    class UNet(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two, self.three = block(3, 32), block(64, 64), block(128, 128)
            self.down1, self.down2 = nn.Conv2d(32, 64, 3, 2, 1), nn.Conv2d(64, 128, 3, 2, 1)
            self.up2, self.up1 = nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.ConvTranspose2d(64, 32, 4, 2, 1)
            self.back2, self.back1 = block(128, 64), block(64, 32)
            self.out = nn.Conv2d(32, 3, 3, padding=1)

        def forward(self, x: Any) -> Any:
            a = self.one(x)
            b = self.two(self.down1(a))
            c = self.three(self.down2(b))
            b = self.back2(lib.cat([self.up2(c), b], 1))
            a = self.back1(lib.cat([self.up1(b), a], 1))
            return self.out(a)

    model = UNet()
    load(lib, model, 5)
    optimizer = lib.optim.AdamW(model.parameters(), lr=1e-4)
    x, noise = numbers(lib, 16, 3, 32, 32), numbers(lib, 16, 3, 32, 32, seed=1)

    step = training(optimizer, lambda x, noise: lib.nn.functional.mse_loss(model(0.7 * x + 0.7 * noise), noise))
    return Steps(step, [(x, noise)])


def dcgan(lib: Any) -> Steps:
    """A step of the discriminator and one of the generator, batch 32 of 32×32. Source: Radford et al., 2015."""
    nn = lib.nn
    generator = nn.Sequential(
        nn.ConvTranspose2d(64, 128, 4, 1, 0, bias=False),
        nn.BatchNorm2d(128),
        nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 32, 4, 2, 1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.ConvTranspose2d(32, 3, 4, 2, 1, bias=False),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(3, 32, 4, 2, 1, bias=False),
        nn.LeakyReLU(0.2),
        nn.Conv2d(32, 64, 4, 2, 1, bias=False),
        nn.BatchNorm2d(64),
        nn.LeakyReLU(0.2),
        nn.Conv2d(64, 128, 4, 2, 1, bias=False),
        nn.BatchNorm2d(128),
        nn.LeakyReLU(0.2),
        nn.Conv2d(128, 1, 4, 1, 0, bias=False),
        nn.Flatten(0),
    )
    load(lib, generator, 6)
    load(lib, discriminator, 7)
    of_g = lib.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    of_d = lib.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    criterion = nn.BCEWithLogitsLoss()
    real, z = numbers(lib, 32, 3, 32, 32), numbers(lib, 32, 64, 1, 1, seed=1)
    one, zero = lib.ones(32), lib.zeros(32)

    def step(real: Any, z: Any) -> Any:
        of_d.zero_grad()
        fake = generator(z)
        loss_d = criterion(discriminator(real), one) + criterion(discriminator(fake.detach()), zero)
        loss_d.backward()
        of_d.step()
        of_g.zero_grad()
        loss_g = criterion(discriminator(fake), one)
        loss_g.backward()
        of_g.step()
        return loss_d.detach() + loss_g.detach()

    return Steps(step, [(real, z)])


WORKLOADS = (
    Workload("lenet", "LeNet, batch 64 of 28×28, Adam", lenet),
    Workload("resnet18", "ResNet-18, batch 8 of 32×32, SGD", resnet18_training),
    Workload("mobilenet", "inverted residuals (depthwise), batch 16 of 32×32, SGD", mobilenet),
    Workload("unet", "diffusion U-Net 32-64-128, batch 16 of 32×32, AdamW", unet),
    Workload("dcgan", "DCGAN, discriminator and generator, batch 32 of 32×32, Adam", dcgan),
    Workload("resnet18_inference", "ResNet-18, inference, batch 1", resnet18_inference),
)
