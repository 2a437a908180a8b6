# One denoising step of full-size SSSD-ECG written plainly in PyTorch: a piece for every line on standard input, processor seconds on standard output.
# Arguments: rows, blocks, threads. Pieces: rebuild (all kernels made at every step, as the original does), kept (made once).
import math
import sys
import time

import torch
import torch.nn.functional as F

ROWS, BLOCKS, THREADS = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
LEADS, SAMPLES, WIDTH, PAIRS, LABELS, SLICE = 8, 1000, 256, 32, 71, 64
torch.set_num_threads(THREADS)
torch.manual_seed(1)
torch.set_grad_enabled(False)


class Normed:
    def __init__(self, inputs, outputs, kernel=1):
        self.v, self.padding = torch.randn(outputs, inputs, kernel) * (inputs * kernel) ** -0.5, kernel // 2
        self.g, self.bias = self.v.norm(dim=(1, 2), keepdim=True), torch.randn(outputs) * 0.02

    def __call__(self, x):
        return F.conv1d(x, self.v * (self.g / self.v.norm(dim=(1, 2), keepdim=True)), self.bias, padding=self.padding)


class Layer:
    def __init__(self, width):
        self.c, self.d = torch.randn(2, width, PAIRS, dtype=torch.cfloat), torch.randn(1, width, 1)
        self.weight, self.bias = torch.randn(width, width) * width ** -0.5, torch.randn(width, 1) * 0.02
        self.dt = torch.exp(torch.rand(width) * math.log(100) + math.log(0.001))
        self.w = torch.complex(torch.full((PAIRS,), -0.5), math.pi * (torch.arange(PAIRS) + 0.5)).expand(width, PAIRS)
        self.b, self.p = torch.ones(1, width, PAIRS, dtype=torch.cfloat), torch.full((1, width, PAIRS), 0.5, dtype=torch.cfloat)
        self.gain, self.offset, self.width, self.kept = torch.ones(width), torch.zeros(width), width, None

    def kernel(self):
        omega = torch.exp(-2j * math.pi * torch.arange(SAMPLES // 2 + 1) / SAMPLES).to(torch.cfloat)
        z = 2 * (1 - omega) / (1 + omega)
        b, c = torch.cat([self.b, self.p]), torch.cat([self.c, self.p.conj()])
        v, w = b[:, None] * c[None] * self.dt[:, None], self.w * self.dt[:, None]
        both, poles = torch.cat([v, v.conj()], -1), torch.cat([w, w.conj()], -1)
        # In slices of channels: whole, the sum would take gigabytes.
        r = torch.cat([(both[:, :, k:k + SLICE, :, None] / (z - poles[k:k + SLICE, :, None])).sum(-2) for k in range(0, self.width, SLICE)], 2)
        k = (r[:1, :-1] - r[:1, -1:] * r[1:, :-1] / (1 + r[1:, -1:])) * 2 / (1 + omega)
        return torch.fft.irfft(k[0], n=SAMPLES)

    def spectrum(self):
        k = self.kernel()
        return torch.fft.rfft(F.pad(k[0], (0, SAMPLES)) + F.pad(k[1].flip(-1), (SAMPLES, 0)), n=2 * SAMPLES)

    def __call__(self, x, keep):
        if keep and self.kept is None:
            self.kept = self.spectrum()
        k = self.kept if keep else self.spectrum()
        y = torch.fft.irfft(torch.fft.rfft(x, n=2 * SAMPLES) * k, n=2 * SAMPLES)[..., :SAMPLES] + x * self.d
        y = torch.matmul(self.weight, F.gelu(y)) + self.bias
        return F.layer_norm((x + y).transpose(-1, -2), (self.width,), self.gain, self.offset).transpose(-1, -2)


class Block:
    def __init__(self):
        self.step, self.label = torch.randn(WIDTH, 512) * 512 ** -0.5, torch.randn(2 * WIDTH, 128) * 128 ** -0.5
        self.convolution, self.first, self.second = Normed(WIDTH, 2 * WIDTH, 3), Layer(2 * WIDTH), Layer(2 * WIDTH)
        self.onward, self.skip = Normed(WIDTH, WIDTH), Normed(WIDTH, WIDTH)

    def __call__(self, h, step, label, keep):
        a = self.first(self.convolution(h + F.linear(step, self.step)[..., None]), keep)
        a = self.second(a + F.linear(label, self.label)[..., None], keep)
        o = torch.tanh(a[:, :WIDTH]) * torch.sigmoid(a[:, WIDTH:])
        return (h + self.onward(o)) * math.sqrt(0.5), self.skip(o)


enter, blocks, hidden, leave = Normed(LEADS, WIDTH), [Block() for _ in range(BLOCKS)], Normed(WIDTH, WIDTH), Normed(WIDTH, LEADS)
noisy, step, label = torch.randn(ROWS, LEADS, SAMPLES), torch.randn(ROWS, 512), torch.randn(ROWS, 128)


def run(keep):
    h, total = F.relu(enter(noisy)), 0
    for block in blocks:
        h, skip = block(h, step, label, keep)
        total = total + skip
    return leave(F.relu(hidden(total * math.sqrt(1 / BLOCKS))))


for line in sys.stdin:
    start = time.process_time()
    run(line.strip() == "kept")
    print(time.process_time() - start, flush=True)
