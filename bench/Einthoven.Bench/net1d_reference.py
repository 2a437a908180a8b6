# Net1D as published, written plainly in PyTorch. For every line on standard input, "infer" or "train", a pass over one batch; the answer is
# its processor time in seconds. Arguments: rows, threads.
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit(3)

ROWS, THREADS = int(sys.argv[1]), int(sys.argv[2])
WIDTHS, BLOCKS, STEM, KERNEL, GROUP, LABELS = [64, 160, 160, 400, 400, 1024, 1024], [2, 2, 2, 3, 3, 4, 4], 64, 16, 16, 150
torch.set_num_threads(THREADS)
torch.manual_seed(1)
parameters = []


def weights(*shape):
    inputs = 1
    for size in shape[1:]:
        inputs *= size
    pair = [torch.empty(*shape).uniform_(-1, 1) / inputs ** 0.5, torch.empty(shape[0]).uniform_(-1, 1) / inputs ** 0.5]
    for p in pair:
        parameters.append(p.requires_grad_())
    return pair


def same(x, wb, stride=1, groups=1):
    length, kernel = x.shape[-1], wb[0].shape[-1]
    padding = max(0, (-(-length // stride) - 1) * stride + kernel - length)
    return F.conv1d(F.pad(x, (padding // 2, padding - padding // 2)), wb[0], wb[1], stride, 0, 1, groups)


stem, blocks, width = weights(STEM, 12, KERNEL), [], STEM
for stage, out in enumerate(WIDTHS):
    for block in range(BLOCKS[stage]):
        parts = (weights(out, width, 1), weights(out, GROUP, KERNEL), weights(out, out, 1), weights(out // 2, out), weights(out, out // 2))
        blocks.append((parts, 2 if block == 0 else 1, out - width, stage + block == 0))
        width = out
dense = weights(LABELS, width)
means, squares = [torch.zeros_like(p) for p in parameters], [torch.zeros_like(p) for p in parameters]
x, target = torch.randn(ROWS, 12, 5000), (torch.rand(ROWS, LABELS) < 0.1).float()
steps = 0


def forward():
    t = F.silu(same(x, stem, 2))
    for (first, middle, last, squeeze, excite), stride, wider, is_first in blocks:
        y = same(t if is_first else F.silu(t), first)
        y = same(F.silu(y), middle, stride, middle[0].shape[0] // GROUP)
        y = same(F.silu(y), last)
        gates = torch.sigmoid(F.linear(F.silu(F.linear(y.mean(2), *squeeze)), *excite))
        shortcut = F.max_pool1d(F.pad(t, (0, 1)), 2, 2) if stride == 2 else t
        if wider:
            shortcut = F.pad(shortcut, (0, 0, wider // 2, wider - wider // 2))
        t = y * gates.unsqueeze(2) + shortcut
    return F.linear(t.mean(2), *dense)


def train():
    global steps
    steps += 1
    for p in parameters:
        p.grad = None
    F.binary_cross_entropy_with_logits(forward(), target).backward()
    with torch.no_grad():
        for p, mean, square in zip(parameters, means, squares):
            gradient = p.grad + 1e-5 * p
            mean.mul_(0.9).add_(gradient, alpha=0.1)
            square.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
            p.addcdiv_(mean, square.sqrt() / (1 - 0.999 ** steps) ** 0.5 + 1e-8, value=-1e-4 / (1 - 0.9 ** steps))


def infer():
    with torch.no_grad():
        forward()


for line in sys.stdin:
    start = time.process_time()
    {"infer": infer, "train": train}[line.strip()]()
    print(time.process_time() - start, flush=True)
