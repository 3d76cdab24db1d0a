"""A variational autoencoder on handwritten digits.

    python vae.py --epochs 10 --out-dir out

With PyTorch or, as `python -m seedgrad.torch vae.py …`, without it.

Source: Kingma and Welling, "Auto-Encoding Variational Bayes", 2013.
"""

import argparse
import os

import torch
import torch.utils.data
from digits import DEFAULT, load_digits, save_grid
from torch import nn, optim
from torch.nn import functional as F


class VAE(nn.Module):
    def __init__(self, hidden=400, latent=20):
        super().__init__()
        self.fc1 = nn.Linear(784, hidden)
        self.fc21 = nn.Linear(hidden, latent)
        self.fc22 = nn.Linear(hidden, latent)
        self.fc3 = nn.Linear(latent, hidden)
        self.fc4 = nn.Linear(hidden, 784)

    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return mu + eps * std

    def decode(self, z):
        h3 = F.relu(self.fc3(z))
        return torch.sigmoid(self.fc4(h3))

    def forward(self, x):
        mu, logvar = self.encode(x.view(-1, 784))
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar


def loss_function(recon_x, x, mu, logvar):
    """The negative evidence lower bound, summed over pixels and pictures (appendix B of the paper)."""
    BCE = F.binary_cross_entropy(recon_x, x.view(-1, 784), reduction="sum")
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return BCE + KLD


def train(args, model, device, loader, optimizer, epoch):
    model.train()
    train_loss, seen = 0, 0
    for batch_idx, (data, _) in enumerate(loader):
        data = data.to(device)
        optimizer.zero_grad()
        recon_batch, mu, logvar = model(data)
        loss = loss_function(recon_batch, data, mu, logvar)
        loss.backward()
        train_loss += loss.item()
        seen += len(data)
        optimizer.step()
        if batch_idx % args.log_interval == 0:
            print(f"Train Epoch: {epoch} [{seen}/{len(loader.dataset)}]\tLoss: {loss.item() / len(data):.6f}")
        if batch_idx + 1 == args.max_steps:
            break
    print(f"====> Epoch: {epoch} Average loss: {train_loss / seen:.4f}")


def test(args, model, device, loader, epoch):
    model.eval()
    test_loss = 0
    with torch.no_grad():
        for i, (data, _) in enumerate(loader):
            data = data.to(device)
            recon_batch, mu, logvar = model(data)
            test_loss += loss_function(recon_batch, data, mu, logvar).item()
            if i == 0:
                n = min(data.size(0), 8)
                comparison = torch.cat([data[:n], recon_batch.view(len(data), 1, 28, 28)[:n]])
                save_grid(comparison, os.path.join(args.out_dir, f"reconstruction_{epoch}.pgm"), columns=n)
    print(f"====> Test set loss: {test_loss / len(loader.dataset):.4f}")


def main():
    parser = argparse.ArgumentParser(description="Train a variational autoencoder on digits.")
    parser.add_argument("--data", default=DEFAULT, help="an .npz file with images and labels")
    parser.add_argument("--out-dir", default="out")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--hidden", type=int, default=400)
    parser.add_argument("--latent", type=int, default=20)
    parser.add_argument("--max-steps", type=int, default=0, help="stop each epoch after so many; 0: all")
    parser.add_argument("--no-cuda", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-interval", type=int, default=10)
    args = parser.parse_args()
    os.makedirs(args.out_dir, exist_ok=True)
    torch.manual_seed(args.seed)
    cuda = not args.no_cuda and torch.cuda.is_available()
    device = torch.device("cuda" if cuda else "cpu")
    kwargs = {"num_workers": 1, "pin_memory": True} if cuda else {}
    train_set, test_set = load_digits(args.data)
    train_loader = torch.utils.data.DataLoader(train_set, batch_size=args.batch_size, shuffle=True, **kwargs)
    test_loader = torch.utils.data.DataLoader(test_set, batch_size=args.batch_size, shuffle=False, **kwargs)

    model = VAE(args.hidden, args.latent).to(device)
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(1, args.epochs + 1):
        train(args, model, device, train_loader, optimizer, epoch)
        test(args, model, device, test_loader, epoch)
        with torch.no_grad():
            sample = model.decode(torch.randn(64, args.latent).to(device)).cpu()
            save_grid(sample.view(64, 1, 28, 28), os.path.join(args.out_dir, f"sample_{epoch}.pgm"))
    torch.save(model.state_dict(), os.path.join(args.out_dir, "vae.pt"))


if __name__ == "__main__":
    main()
