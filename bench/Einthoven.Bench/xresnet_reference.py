# The arithmetic of xresnet1d101 written plainly in PyTorch: a piece for every line on standard input, seconds on standard output.
# Arguments: rows, threads. Pieces: infer, train.
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

ROWS, THREADS = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(THREADS)
torch.manual_seed(1)


def conv(inputs, outputs, kernel, stride=1):
    return nn.Sequential(nn.Conv1d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm1d(outputs))


class Block(nn.Module):
    def __init__(self, inputs, stride):
        super().__init__()
        self.one, self.two, self.three = conv(inputs, 64, 1), conv(64, 64, 5, stride), conv(64, 256, 1)
        self.pool = nn.AvgPool1d(2, 2, ceil_mode=True) if stride > 1 else nn.Identity()
        self.map = conv(inputs, 256, 1) if inputs != 256 else nn.Identity()

    def forward(self, x):
        y = self.three(F.relu(self.two(F.relu(self.one(x)))))
        return F.relu(y + self.map(self.pool(x)))


stem = nn.Sequential(conv(12, 32, 5, 2), nn.ReLU(), conv(32, 32, 5), nn.ReLU(), conv(32, 64, 5), nn.ReLU(), nn.MaxPool1d(3, 2, 1))
blocks = [Block(64 if stage == block == 0 else 256, 2 if stage > 0 and block == 0 else 1) for stage, n in enumerate([3, 4, 23, 3]) for block in range(n)]
head = nn.Sequential(nn.BatchNorm1d(512), nn.Dropout(0.25), nn.Linear(512, 128), nn.ReLU(), nn.BatchNorm1d(128), nn.Dropout(0.5), nn.Linear(128, 71))
body = nn.Sequential(stem, *blocks)
optimizer = torch.optim.AdamW([*body.parameters(), *head.parameters()], lr=1e-3, weight_decay=0.001)
windows, labels = torch.randn(ROWS, 12, 250), (torch.rand(ROWS, 71) > 0.9).float()


def forward():
    x = body(windows)
    return head(torch.cat([x.amax(-1), x.mean(-1)], 1))


def run(piece):
    if piece == "train":
        body.train(), head.train()
        optimizer.zero_grad(set_to_none=True)
        F.binary_cross_entropy_with_logits(forward(), labels).backward()
        optimizer.step()
        return
    body.eval(), head.eval()
    with torch.no_grad():
        forward()


for line in sys.stdin:
    start = time.perf_counter()
    run(line.strip())
    print(time.perf_counter() - start, flush=True)
