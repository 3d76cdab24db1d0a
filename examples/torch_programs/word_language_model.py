"""A language model on words: an LSTM, another recurrent network or a Transformer, trained by SGD written by hand.

    python prepare.py words book.txt --out data/words
    python word_language_model.py --data data/words --model LSTM --epochs 6 --tied
    python word_language_model.py --data data/words --model Transformer --lr 5
    python word_language_model.py --data data/words --generate 100

With PyTorch or, as `python -m seedgrad.torch word_language_model.py …`, without it.
"""

import argparse
import math
import os
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Dictionary:
    def __init__(self):
        self.word2idx, self.idx2word = {}, []

    def add_word(self, word):
        if word not in self.word2idx:
            self.idx2word.append(word)
            self.word2idx[word] = len(self.idx2word) - 1
        return self.word2idx[word]


class Corpus:
    """Three texts as long rows of word numbers."""

    def __init__(self, path):
        self.dictionary = Dictionary()
        self.train, self.valid, self.test = (
            self.tokenize(os.path.join(path, f"{name}.txt")) for name in ("train", "valid", "test")
        )

    def tokenize(self, path):
        idss = []
        with open(path, encoding="utf-8") as f:
            for line in f:
                ids = [self.dictionary.add_word(word) for word in [*line.split(), "<eos>"]]
                idss.append(torch.tensor(ids).type(torch.int64))
        return torch.cat(idss)


class RNNModel(nn.Module):
    """An embedding, a recurrent network, and a layer back to words."""

    def __init__(self, rnn_type, ntoken, ninp, nhid, nlayers, dropout=0.5, tie_weights=False):
        super().__init__()
        self.ntoken, self.nhid, self.nlayers, self.rnn_type = ntoken, nhid, nlayers, rnn_type
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.Embedding(ntoken, ninp)
        if rnn_type in ("LSTM", "GRU"):
            self.rnn = getattr(nn, rnn_type)(ninp, nhid, nlayers, dropout=dropout)
        else:
            nonlinearity = {"RNN_TANH": "tanh", "RNN_RELU": "relu"}[rnn_type]
            self.rnn = nn.RNN(ninp, nhid, nlayers, nonlinearity=nonlinearity, dropout=dropout)
        self.decoder = nn.Linear(nhid, ntoken)
        if tie_weights:
            if nhid != ninp:
                raise ValueError("with --tied, --nhid must be equal to --emsize")
            self.decoder.weight = self.encoder.weight
        nn.init.uniform_(self.encoder.weight, -0.1, 0.1)
        nn.init.zeros_(self.decoder.bias)
        nn.init.uniform_(self.decoder.weight, -0.1, 0.1)

    def forward(self, input, hidden):
        emb = self.drop(self.encoder(input))
        output, hidden = self.rnn(emb, hidden)
        decoded = self.decoder(self.drop(output)).view(-1, self.ntoken)
        return F.log_softmax(decoded, dim=1), hidden

    def init_hidden(self, bsz):
        weight = next(self.parameters())
        if self.rnn_type == "LSTM":
            return weight.new_zeros(self.nlayers, bsz, self.nhid), weight.new_zeros(self.nlayers, bsz, self.nhid)
        return weight.new_zeros(self.nlayers, bsz, self.nhid)


class PositionalEncoding(nn.Module):
    """Sines and cosines of the position (Vaswani et al. 2017, section 3.5)."""

    def __init__(self, d_model, dropout=0.1, max_len=5000):
        super().__init__()
        self.dropout = nn.Dropout(p=dropout)
        pe = torch.zeros(max_len, d_model)
        position = torch.arange(0, max_len, dtype=torch.float).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2).float() * (-math.log(10000.0) / d_model))
        pe[:, 0::2] = torch.sin(position * div_term)
        pe[:, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe.unsqueeze(0).transpose(0, 1))

    def forward(self, x):
        return self.dropout(x + self.pe[: x.size(0), :])


class TransformerModel(nn.Module):
    """An embedding, encoder layers behind a causal mask, and a layer back to words."""

    def __init__(self, ntoken, ninp, nhead, nhid, nlayers, dropout=0.5):
        super().__init__()
        self.ninp, self.src_mask = ninp, None
        self.pos_encoder = PositionalEncoding(ninp, dropout)
        self.input_emb = nn.Embedding(ntoken, ninp)
        layer = nn.TransformerEncoderLayer(ninp, nhead, nhid, dropout)
        self.encoder = nn.TransformerEncoder(layer, nlayers)
        self.decoder = nn.Linear(ninp, ntoken)
        nn.init.uniform_(self.input_emb.weight, -0.1, 0.1)
        nn.init.zeros_(self.decoder.bias)
        nn.init.uniform_(self.decoder.weight, -0.1, 0.1)

    def forward(self, src):
        if self.src_mask is None or self.src_mask.size(0) != len(src):
            self.src_mask = nn.Transformer.generate_square_subsequent_mask(len(src)).to(src.device)
        src = self.pos_encoder(self.input_emb(src) * math.sqrt(self.ninp))
        output = self.decoder(self.encoder(src, mask=self.src_mask))
        return F.log_softmax(output, dim=-1)


def batchify(data, bsz, device):
    """Cut a row into `bsz` columns that are read side by side, and drop what is left over."""
    nbatch = data.size(0) // bsz
    return data.narrow(0, 0, nbatch * bsz).view(bsz, -1).t().contiguous().to(device)


def repackage_hidden(h):
    """The same states without their history."""
    if isinstance(h, torch.Tensor):
        return h.detach()
    return tuple(repackage_hidden(v) for v in h)


def get_batch(source, i, bptt):
    seq_len = min(bptt, len(source) - 1 - i)
    return source[i : i + seq_len], source[i + 1 : i + 1 + seq_len].view(-1)


def evaluate(model, data_source, args, ntokens, batch_size, criterion):
    model.eval()
    total_loss = 0.0
    hidden = None if args.model == "Transformer" else model.init_hidden(batch_size)
    with torch.no_grad():
        for i in range(0, data_source.size(0) - 1, args.bptt):
            data, targets = get_batch(data_source, i, args.bptt)
            if args.model == "Transformer":
                output = model(data).view(-1, ntokens)
            else:
                output, hidden = model(data, hidden)
                hidden = repackage_hidden(hidden)
            total_loss += len(data) * criterion(output, targets).item()
    return total_loss / (len(data_source) - 1)


def train(model, train_data, args, ntokens, epoch, lr, criterion):
    model.train()
    total_loss, start_time = 0.0, time.time()
    hidden = None if args.model == "Transformer" else model.init_hidden(args.batch_size)
    for batch, i in enumerate(range(0, train_data.size(0) - 1, args.bptt)):
        data, targets = get_batch(train_data, i, args.bptt)
        model.zero_grad()
        if args.model == "Transformer":
            output = model(data).view(-1, ntokens)
        else:
            hidden = repackage_hidden(hidden)
            output, hidden = model(data, hidden)
        loss = criterion(output, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), args.clip)
        for p in model.parameters():
            p.data.add_(p.grad, alpha=-lr)
        total_loss += loss.item()
        if batch % args.log_interval == 0 and batch > 0:
            cur_loss, elapsed = total_loss / args.log_interval, time.time() - start_time
            print(
                f"| epoch {epoch:3d} | {batch:5d}/{len(train_data) // args.bptt:5d} batches | lr {lr:02.2f} | "
                f"loss {cur_loss:5.2f} | ppl {math.exp(cur_loss):8.2f} | {elapsed * 1000 / args.log_interval:5.2f}ms"
            )
            total_loss, start_time = 0.0, time.time()
        if batch + 1 == args.max_steps:
            break


def generate(model, corpus, args, device):
    """Words drawn one after the other."""
    model.eval()
    ntokens = len(corpus.dictionary.idx2word)
    input = torch.randint(ntokens, (1, 1), dtype=torch.long).to(device)
    hidden = None if args.model == "Transformer" else model.init_hidden(1)
    words = []
    with torch.no_grad():
        for _ in range(args.generate):
            if args.model == "Transformer":
                output = model(input)
            else:
                output, hidden = model(input, hidden)
            word_weights = output.view(-1, ntokens)[-1].div(args.temperature).exp().cpu()
            word_idx = torch.multinomial(word_weights, 1)[0]
            if args.model == "Transformer":
                input = torch.cat([input, word_idx.view(1, 1).to(device)], 0)
            else:
                input.fill_(word_idx)
            words.append(corpus.dictionary.idx2word[word_idx])
    print(" ".join(words).replace("<eos>", "\n"))


def main():
    parser = argparse.ArgumentParser(description="Train a language model on words.")
    parser.add_argument("--data", required=True, help="a folder with train.txt, valid.txt and test.txt")
    choices = ["RNN_TANH", "RNN_RELU", "LSTM", "GRU", "Transformer"]
    parser.add_argument("--model", default="LSTM", choices=choices)
    parser.add_argument("--emsize", type=int, default=128, help="size of the word vectors")
    parser.add_argument("--nhid", type=int, default=128, help="hidden units of a layer")
    parser.add_argument("--nlayers", type=int, default=2)
    parser.add_argument("--nhead", type=int, default=2, help="heads of the Transformer")
    parser.add_argument("--lr", type=float, default=20)
    parser.add_argument("--clip", type=float, default=0.25, help="largest norm of the gradient")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--batch-size", type=int, default=20)
    parser.add_argument("--bptt", type=int, default=35, help="words of a sequence")
    parser.add_argument("--dropout", type=float, default=0.2)
    parser.add_argument("--tied", action="store_true", help="one matrix for word vectors and the last layer")
    parser.add_argument("--seed", type=int, default=1111)
    parser.add_argument("--log-interval", type=int, default=200)
    parser.add_argument("--save", default="model.pt")
    parser.add_argument("--generate", type=int, default=0, help="only write so many words with the saved model")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--max-steps", type=int, default=0, help="stop each epoch after so many; 0: all")
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    corpus = Corpus(args.data)
    ntokens, eval_batch_size = len(corpus.dictionary.idx2word), 10
    train_data = batchify(corpus.train, args.batch_size, device)
    val_data = batchify(corpus.valid, eval_batch_size, device)
    test_data = batchify(corpus.test, eval_batch_size, device)
    if args.model == "Transformer":
        model = TransformerModel(ntokens, args.emsize, args.nhead, args.nhid, args.nlayers, args.dropout).to(device)
    else:
        sizes = (ntokens, args.emsize, args.nhid, args.nlayers)
        model = RNNModel(args.model, *sizes, args.dropout, args.tied).to(device)
    if args.generate:
        model.load_state_dict(torch.load(args.save, map_location=device))
        generate(model, corpus, args, device)
        return

    criterion, lr, best_val_loss = nn.NLLLoss(), args.lr, None
    print(f"{ntokens} different words, {sum(p.numel() for p in model.parameters())} parameters")
    for epoch in range(1, args.epochs + 1):
        start = time.time()
        train(model, train_data, args, ntokens, epoch, lr, criterion)
        val_loss = evaluate(model, val_data, args, ntokens, eval_batch_size, criterion)
        seconds = time.time() - start
        print(
            f"| end of epoch {epoch} | valid loss {val_loss:5.2f} | valid ppl {math.exp(val_loss):8.2f} | {seconds:.1f}s"
        )
        if not best_val_loss or val_loss < best_val_loss:
            torch.save(model.state_dict(), args.save)
            best_val_loss = val_loss
        else:
            lr /= 4.0
    model.load_state_dict(torch.load(args.save, map_location=device))
    test_loss = evaluate(model, test_data, args, ntokens, eval_batch_size, criterion)
    print(f"| end of training | test loss {test_loss:5.2f} | test ppl {math.exp(test_loss):8.2f}")


if __name__ == "__main__":
    main()
