# The arithmetic of one pretraining step of ST-MEM's base network written plainly in PyTorch: a step for every line on standard input, seconds of
# processor time on standard output. Arguments: rows, threads. Sizes are the published ones: nine seconds at 250 Hz, patches of 75 samples.
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit(3)

ROWS, THREADS = int(sys.argv[1]), int(sys.argv[2])
LEADS, PATCH, PATCHES, KEPT, WIDTH, DEPTH, HEADS, FFN = 12, 75, 30, 7, 768, 12, 12, 3072
DWIDTH, DDEPTH, DHEADS, DFFN, EACH = 256, 4, 4, 1024, 64
torch.set_num_threads(THREADS)
torch.manual_seed(1)
parameters = []


def parameter(*shape, scale=0.02):
    p = (torch.randn(*shape) * scale).requires_grad_()
    parameters.append(p)
    return p


def linear(outputs, inputs):
    return parameter(outputs, inputs), parameter(outputs)


def norm(width):
    return parameter(width, scale=1), parameter(width)


def blocks(depth, width, heads, ffn):
    return [(norm(width), linear(3 * heads * EACH, width), linear(width, heads * EACH), norm(width), linear(ffn, width), linear(width, ffn)) for _ in range(depth)]


patch_norm, patch_map, token_norm = norm(PATCH), linear(WIDTH, PATCH), norm(WIDTH)
separator, lead_vectors = parameter(WIDTH), parameter(LEADS, WIDTH)
encoder, last_norm = blocks(DEPTH, WIDTH, HEADS, FFN), norm(WIDTH)
to_decoder, mask_token = linear(DWIDTH, WIDTH), parameter(1, 1, DWIDTH)
decoder, decoder_norm, head = blocks(DDEPTH, DWIDTH, DHEADS, DFFN), norm(DWIDTH), linear(PATCH, DWIDTH)
positions, decoder_positions = torch.randn(1, PATCHES + 2, WIDTH), torch.randn(1, PATCHES + 2, DWIDTH)
means, squares = [torch.zeros_like(p) for p in parameters], [torch.zeros_like(p) for p in parameters]
x = torch.randn(ROWS, LEADS, PATCH * PATCHES)
steps = 0


def transform(t, layers, heads):
    rows, tokens, width = t.shape
    for first, qkv, out, second, expand, contract in layers:
        q, k, v = F.linear(F.layer_norm(t, (width,), *first), *qkv).view(rows, tokens, 3, heads, EACH).permute(2, 0, 3, 1, 4)
        mixed = ((q * EACH ** -0.5) @ k.transpose(-1, -2)).softmax(-1) @ v
        t = t + F.linear(mixed.transpose(1, 2).reshape(rows, tokens, heads * EACH), *out)
        t = t + F.linear(F.gelu(F.linear(F.layer_norm(t, (width,), *second), *expand)), *contract)
    return t


def loss():
    groups = ROWS * LEADS
    patches = x.reshape(groups, PATCHES, PATCH)
    t = F.layer_norm(F.linear(F.layer_norm(patches, (PATCH,), *patch_norm), *patch_map), (WIDTH,), *token_norm) + positions[:, 1:-1]
    order = torch.rand(groups, PATCHES).argsort(1)
    restore = order.argsort(1)
    kept = t.gather(1, order[:, :KEPT, None].expand(-1, -1, WIDTH))
    marks = [(separator + positions[0, at]).view(1, 1, WIDTH).expand(groups, 1, WIDTH) for at in (0, -1)]
    t = torch.cat([marks[0], kept, marks[1]], 1).view(ROWS, LEADS, KEPT + 2, WIDTH) + lead_vectors[:, None]
    t = F.layer_norm(transform(t.reshape(ROWS, LEADS * (KEPT + 2), WIDTH), encoder, HEADS), (WIDTH,), *last_norm)
    t = F.linear(t, *to_decoder).reshape(groups, KEPT + 2, DWIDTH)
    whole = torch.cat([t[:, 1:-1], mask_token.expand(groups, PATCHES - KEPT, DWIDTH)], 1).gather(1, restore[:, :, None].expand(-1, -1, DWIDTH))
    t = transform(torch.cat([t[:, :1], whole, t[:, -1:]], 1) + decoder_positions, decoder, DHEADS)
    painted = F.linear(F.layer_norm(t, (DWIDTH,), *decoder_norm), *head)[:, 1:-1]
    target = (patches - patches.mean(-1, keepdim=True)) / (patches.var(-1, keepdim=True) + 1e-6).sqrt()
    removed = (restore >= KEPT).float()
    return (((painted - target) ** 2).mean(-1) * removed).sum() / removed.sum()


def step():
    global steps
    steps += 1
    for p in parameters:
        p.grad = None
    loss().backward()
    with torch.no_grad():
        for p, m, v in zip(parameters, means, squares):
            p.mul_(1 - 1e-3 * 0.01)
            m.mul_(0.9).add_(p.grad, alpha=0.1)
            v.mul_(0.95).addcmul_(p.grad, p.grad, value=0.05)
            p.addcdiv_(m, v.sqrt() / (1 - 0.95 ** steps) ** 0.5 + 1e-8, value=-1e-3 / (1 - 0.9 ** steps))


for _ in sys.stdin:
    start = time.process_time()
    step()
    print(time.process_time() - start, flush=True)
