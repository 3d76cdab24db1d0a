"""Sequence workloads: an LSTM language model, GPT of two sizes, generation with a cache, BERT at batch 1."""

from __future__ import annotations

from typing import Any

from .common import Steps, Workload, classes, inference, load


def lstm_model(lib: Any, words: int, width: int, layers: int) -> Any:
    """A language model: embedding, LSTM, and scores of the next word."""
    nn = lib.nn

    class Model(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(words, width)
            self.lstm = nn.LSTM(width, width, num_layers=layers, batch_first=True)
            self.out = nn.Linear(width, words)

        def forward(self, x: Any) -> Any:
            return self.out(self.lstm(self.embedding(x))[0])

    model = Model()
    load(lib, model, 8)
    return model


def lstm(lib: Any) -> Steps:
    """Two layers of 256, 64 steps, batch 32, 1,000 words, Adam."""
    model = lstm_model(lib, 1000, 256, 2)
    return language_step(lib, model, lib.optim.Adam(model.parameters()), 1000, 32, 64)


def lstm_small(lib: Any) -> Steps:
    """One layer of 32, 16 steps, batch 8, 65 words, Adam."""
    model = lstm_model(lib, 65, 32, 1)
    return language_step(lib, model, lib.optim.Adam(model.parameters()), 65, 8, 16)


def language_step(
    lib: Any, model: Any, optimizer: Any, words: int, batch: int, length: int, clip: float | None = None
) -> Steps:
    """Steps of training to predict each next word of one batch."""
    text = classes(lib, words, batch, length + 1)
    x, y = text[:, :-1], text[:, 1:].reshape(-1)

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = lib.nn.functional.cross_entropy(model(x).reshape(-1, words), y)
        loss.backward()
        if clip is not None:
            lib.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        return loss.detach()

    return Steps(step, [(x, y)])


def gpt(lib: Any, words: int, context: int, layers: int, width: int, heads: int) -> Any:
    """A decoder-only transformer. Source: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.

    Called with a cache - a list of (keys, values) for each layer - it continues the sequence in the cache.
    """
    nn = lib.nn

    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

        def forward(self, x: Any, past: Any) -> Any:
            b, t, _ = x.shape
            q, k, v = self.qkv(self.ln1(x)).view(b, t, 3, heads, width // heads).permute(2, 0, 3, 1, 4).unbind(0)
            if past is not None:
                k, v = lib.cat([past[0], k], 2), lib.cat([past[1], v], 2)
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=past is None)
            x = x + self.out(y.transpose(1, 2).reshape(b, t, width))
            return x + self.down(nn.functional.gelu(self.up(self.ln2(x)))), (k, v)

    class GPT(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.tokens, self.places = nn.Embedding(words, width), nn.Embedding(context, width)
            self.blocks = nn.ModuleList([Block() for _ in range(layers)])
            self.ln, self.head = nn.LayerNorm(width), nn.Linear(width, words, bias=False)

        def forward(self, x: Any, cache: Any = None) -> Any:
            start = 0 if not cache else cache[0][0].shape[2]
            h = self.tokens(x) + self.places(lib.arange(start, start + x.shape[1]))
            kept = []
            for i, block in enumerate(self.blocks):
                h, pair = block(h, cache[i] if cache else None)
                kept.append(pair)
            if cache is not None:
                cache[:] = kept
            return self.head(self.ln(h))

    model = GPT()
    load(lib, model, 9)
    return model


def gpt_small(lib: Any) -> Steps:
    """4 layers of 64, context 32, batch 8, AdamW."""
    model = gpt(lib, 65, 32, 4, 64, 4)
    return language_step(lib, model, lib.optim.AdamW(model.parameters(), lr=1e-3), 65, 8, 32)


def gpt_large(lib: Any) -> Steps:
    """6 layers of 384, context 256, batch 4, AdamW, clipping."""
    model = gpt(lib, 65, 256, 6, 384, 6)
    return language_step(lib, model, lib.optim.AdamW(model.parameters(), lr=3e-4), 65, 4, 256, clip=1.0)


def generation(lib: Any) -> Steps:
    """That GPT, batch 1, one token a step with a cache of keys and values; it starts again after 200."""
    model = gpt(lib, 65, 256, 6, 384, 6)
    model.eval()
    cache: list[Any] = []
    token = classes(lib, 65, 1, 1)

    def step() -> Any:
        nonlocal token, cache
        if cache and cache[0][0].shape[2] >= 200:
            cache = []
        with lib.inference_mode():
            scores = model(token if cache else classes(lib, 65, 1, 8), cache)[:, -1]
            token = scores.argmax(-1, keepdim=True)
            return scores.logsumexp(-1)

    return Steps(step)


def bert(lib: Any) -> Steps:
    """6 encoder layers of 384, 128 tokens, inference at batch 1. Source: Devlin et al., "BERT", 2018."""
    nn = lib.nn
    words, places, width = 30522, 512, 384

    class Bert(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.words, self.places = nn.Embedding(words, width), nn.Embedding(places, width)
            self.segments, self.ln = nn.Embedding(2, width), nn.LayerNorm(width)
            layer = nn.TransformerEncoderLayer(width, 6, 4 * width, dropout=0.0, activation="gelu", batch_first=True)
            self.layers = nn.TransformerEncoder(layer, 6, enable_nested_tensor=False)
            self.pool = nn.Linear(width, width)

        def forward(self, x: Any) -> Any:
            h = self.words(x) + self.places(lib.arange(x.shape[1])) + self.segments(lib.zeros_like(x))
            return self.pool(self.layers(self.ln(h))[:, 0]).tanh()

    model = Bert()
    load(lib, model, 10)
    return inference(lib, model, classes(lib, words, 1, 128))


WORKLOADS = (
    Workload("lstm", "LSTM language model, 2 × 256, 64 steps, batch 32, Adam", lstm),
    Workload("gpt_small", "GPT 4 × 64, context 32, batch 8, AdamW", gpt_small),
    Workload("gpt_large", "GPT 6 × 384, context 256, batch 4, AdamW, clipping", gpt_large),
    Workload(
        "generation",
        "GPT 6 × 384 generating with a key/value cache, batch 1",
        generation,
        items=1,
        unit="tokens",
        as_written="the cache of keys and values grows with each token, so no two steps have the same shapes",
    ),
    Workload("bert_inference", "BERT 6 × 384, 128 tokens, inference, batch 1", bert),
)
SMALL_LSTM = Workload("lstm_small", "LSTM of 32, 16 steps, batch 8, Adam", lstm_small)
