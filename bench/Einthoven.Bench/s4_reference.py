# The arithmetic of the S4 classifier written plainly in PyTorch: a piece for every line on standard input, seconds on standard output.
# Arguments: rows, threads. Sizes and dropouts are the published ones; pieces: infer (kernels made at every call), infer-kept, train.
import math
import sys
import time

import torch
import torch.nn.functional as F

ROWS, THREADS = int(sys.argv[1]), int(sys.argv[2])
LEADS, SAMPLES, WIDTH, PAIRS, LAYERS, LABELS = 12, 250, 512, 4, 4, 71
torch.set_num_threads(THREADS)
torch.manual_seed(1)
parameters = []


def parameter(*shape, scale):
    p = (torch.randn(*shape) * scale).requires_grad_()
    parameters.append(p)
    return p


class Layer:
    def __init__(self):
        self.c = parameter(2, WIDTH, PAIRS, 2, scale=0.7)
        self.d = parameter(1, WIDTH, scale=1)
        self.weight = parameter(2 * WIDTH, WIDTH, scale=WIDTH ** -0.5)
        self.bias = parameter(2 * WIDTH, 1, scale=0.02)
        self.gain = parameter(WIDTH, scale=1)
        self.offset = parameter(WIDTH, scale=0.02)
        self.dt = torch.exp(torch.rand(WIDTH) * math.log(100) + math.log(0.001))
        self.w = torch.complex(torch.full((PAIRS,), -0.5), math.pi * (torch.arange(PAIRS) + 0.5)).expand(WIDTH, PAIRS)
        self.b, self.p = torch.ones(1, WIDTH, PAIRS, dtype=torch.cfloat), torch.full((1, WIDTH, PAIRS), 0.5, dtype=torch.cfloat)
        self.kept = None

    def kernel(self):
        omega = torch.exp(-2j * math.pi * torch.arange(SAMPLES // 2 + 1) / SAMPLES).to(torch.cfloat)
        z = 2 * (1 - omega) / (1 + omega)
        b = torch.cat([self.b, self.p])
        c = torch.cat([torch.view_as_complex(self.c), self.p.conj()])
        v = b[:, None] * c[None] * self.dt[:, None]
        w = self.w * self.dt[:, None]
        both, poles = torch.cat([v, v.conj()], -1), torch.cat([w, w.conj()], -1)
        r = (both[..., None] / (z - poles[..., None])).sum(-2)
        k = (r[:1, :-1] - r[:1, -1:] * r[1:, :-1] / (1 + r[1:, -1:])) * 2 / (1 + omega)
        return torch.fft.irfft(k[0], n=SAMPLES)

    def spectrum(self):
        k = self.kernel()
        return torch.fft.rfft(F.pad(k[0], (0, SAMPLES)) + F.pad(k[1].flip(-1), (SAMPLES, 0)), n=2 * SAMPLES)

    def __call__(self, x, training, keep):
        if keep and self.kept is None:
            self.kept = self.spectrum()
        k = self.kept if keep else self.spectrum()
        y = torch.fft.irfft(torch.fft.rfft(x, n=2 * SAMPLES) * k, n=2 * SAMPLES)[..., :SAMPLES] + x * self.d[..., None]
        # Contiguous: this build's GELU backward is wrong for other layouts.
        y = drop(F.gelu(y.contiguous()), training)
        y = drop(F.glu(torch.matmul(self.weight, y) + self.bias, dim=-2), training)
        return F.layer_norm((x + y).transpose(-1, -2), (WIDTH,), self.gain, self.offset).transpose(-1, -2)


def drop(y, training):
    return y * torch.empty(ROWS, WIDTH, 1).bernoulli_(0.8).div_(0.8) if training else y


encoder, encoder_bias = parameter(WIDTH, LEADS, 1, scale=0.3), parameter(WIDTH, scale=0.1)
layers = [Layer() for _ in range(LAYERS)]
decoder, decoder_bias = parameter(LABELS, WIDTH, scale=WIDTH ** -0.5), parameter(LABELS, scale=0.02)
optimizer = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.001)
windows, labels = torch.randn(ROWS, LEADS, SAMPLES), (torch.rand(ROWS, LABELS) > 0.9).float()


def forward(training=False, keep=False):
    x = F.conv1d(windows, encoder, encoder_bias)
    for layer in layers:
        x = layer(x, training, keep)
    return F.linear(x.mean(-1), decoder, decoder_bias)


def run(piece):
    if piece == "train":
        optimizer.zero_grad(set_to_none=True)
        F.binary_cross_entropy_with_logits(forward(training=True), labels).backward()
        optimizer.step()
        return
    with torch.no_grad():
        forward(keep=piece == "infer-kept")


for line in sys.stdin:
    start = time.perf_counter()
    run(line.strip())
    print(time.perf_counter() - start, flush=True)
