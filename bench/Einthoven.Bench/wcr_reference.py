# The arithmetic of one WCR step of ECG-FM written plainly in PyTorch: a step for every line on standard input, seconds on standard output.
# Arguments: rows, threads. Sizes and dropouts are the published ones.
import math
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit(3)

ROWS, THREADS = int(sys.argv[1]), int(sys.argv[2])
LAYERS, WIDTH, FFN, HEADS, CONV, TAPS, GROUPS = 12, 768, 3072, 12, 256, 128, 16
CODE_GROUPS, CODES, FINAL, NEGATIVES, MASKED, FRAMES = 2, 320, 256, 100, 76, 156
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


convs = [parameter(CONV, 12 if i == 0 else CONV, 2, scale=0.05) for i in range(4)]
group, features_norm, project = norm(CONV), norm(CONV), linear(WIDTH, CONV)
tap_gain, tap_direction, tap_bias = parameter(1, 1, TAPS, scale=1), parameter(WIDTH, WIDTH // GROUPS, TAPS), parameter(WIDTH)
entrance, mask_embedding = norm(WIDTH), parameter(WIDTH)
layers = [[linear(WIDTH, WIDTH) for _ in range(4)] + [norm(WIDTH), linear(FFN, WIDTH), linear(WIDTH, FFN), norm(WIDTH)] for _ in range(LAYERS)]
codewords, choice = parameter(CODE_GROUPS, CODES, FINAL // CODE_GROUPS), linear(CODE_GROUPS * CODES, CONV)
target_projection, final_projection = linear(FINAL, FINAL), linear(FINAL, WIDTH)
means, squares = [torch.zeros_like(p) for p in parameters], [torch.zeros_like(p) for p in parameters]
x = torch.randn(ROWS, 12, 2500)
steps = 0


def gelu(t):
    # Contiguous: this build's GELU backward is wrong for other layouts.
    return F.gelu(t.contiguous())


def encode(tokens):
    weight = tap_direction * (tap_gain / tap_direction.norm(dim=(0, 1), keepdim=True))
    position = F.conv1d(tokens.transpose(1, 2), weight, tap_bias, padding=TAPS // 2, groups=GROUPS)[:, :, :FRAMES]
    t = F.dropout(F.layer_norm(tokens + gelu(position).transpose(1, 2), (WIDTH,), *entrance), 0.1)
    for q, k, v, out, first, expand, contract, second in layers:
        def heads(w, s=1.0):
            return (F.linear(t, *w) * s).view(ROWS, FRAMES, HEADS, -1).transpose(1, 2).reshape(ROWS * HEADS, FRAMES, -1)
        a = F.dropout(torch.bmm(heads(q, 1 / 8), heads(k).transpose(1, 2)).softmax(-1), 0.1)
        a = torch.bmm(a, heads(v)).view(ROWS, HEADS, FRAMES, -1).transpose(1, 2).reshape(ROWS, FRAMES, WIDTH)
        t = F.layer_norm(t + F.dropout(F.linear(a, *out), 0.1), (WIDTH,), *first)
        t = F.layer_norm(t + F.dropout(F.linear(gelu(F.linear(t, *expand)), *contract), 0.1), (WIDTH,), *second)
    return t


def quantize(unseen):
    scores = F.linear(unseen, *choice).view(-1, CODES)
    soft = scores.view(-1, CODE_GROUPS, CODES).softmax(-1).mean(0)
    noisy = ((scores - torch.empty_like(scores).exponential_().log()) / 2).softmax(-1)
    codes = noisy.argmax(-1)
    weights = F.one_hot(codes, CODES) - noisy.detach() + noisy
    values = torch.bmm(weights.view(-1, CODE_GROUPS, CODES).transpose(0, 1), codewords).transpose(0, 1).reshape(unseen.shape[0], -1)
    return values, torch.exp(-(soft * (soft + 1e-7).log()).sum(-1)).sum()


def loss():
    t = x
    for i, weight in enumerate(convs):
        t = F.conv1d(t, weight, stride=2)
        t = gelu(F.group_norm(t, CONV, *group) if i == 0 else t)
    scaled = t * 0.1
    t = scaled + (t - scaled).detach()
    penalty = t.pow(2).mean()
    normal = F.layer_norm(t.transpose(1, 2), (CONV,), *features_norm)
    chosen = torch.rand(ROWS, FRAMES).argsort(-1)[:, :MASKED].sort(-1).values
    flat = (chosen + torch.arange(ROWS)[:, None] * FRAMES).view(-1)
    tokens = F.dropout(F.linear(normal, *project), 0.1)
    hidden = torch.zeros(ROWS * FRAMES, dtype=torch.bool)
    hidden[flat] = True
    context = encode(torch.where(hidden.view(ROWS, FRAMES, 1), mask_embedding, tokens))
    values, perplexity = quantize(F.dropout(normal, 0.1).reshape(-1, CONV)[flat])
    y = F.linear(values, *target_projection).view(ROWS, MASKED, FINAL)
    p = F.linear(context.reshape(-1, WIDTH)[flat], *final_projection).view(ROWS, MASKED, FINAL)
    draws = torch.randint(0, MASKED - 1, (ROWS, MASKED * NEGATIVES))
    own = torch.arange(MASKED).repeat_interleave(NEGATIVES)
    draws = draws + (draws >= own) + torch.arange(ROWS)[:, None] * MASKED
    negatives = y.view(-1, FINAL)[draws.view(-1)].view(ROWS, MASKED, NEGATIVES, FINAL).permute(2, 0, 1, 3)
    logits = F.cosine_similarity(p[None], torch.cat([y[None], negatives]), dim=-1) / 0.1
    same = (y[None] == negatives).all(-1)
    logits = torch.cat([logits[:1], logits[1:].masked_fill(same, -math.inf)])
    size = ROWS * MASKED
    total = -logits.log_softmax(0)[0].sum() + (640 - perplexity) / 640 * 0.1 * size + penalty * 10 * size
    pooled = context.sum(1) / (context != 0).sum(1)
    pooled = pooled / pooled.norm(dim=-1, keepdim=True).detach()
    pairs = pooled[0::2] @ pooled[1::2].t() / 0.1
    own = torch.arange(ROWS // 2)
    return (total + (F.cross_entropy(pairs, own) + F.cross_entropy(pairs.t(), own)) / 2 * size) / size


def step():
    global steps
    steps += 1
    for p in parameters:
        p.grad = None
    loss().backward()
    rate = 5e-5 * math.sqrt(1 - 0.98 ** steps) / (1 - 0.9 ** steps)
    with torch.no_grad():
        for p, m, v in zip(parameters, means, squares):
            m.mul_(0.9).add_(p.grad, alpha=0.1)
            v.mul_(0.98).addcmul_(p.grad, p.grad, value=0.02)
            p.mul_(1 - 5e-5 * 0.01)
            p.addcdiv_(m, v.sqrt().add_(1e-6), value=-rate)


for _ in sys.stdin:
    start = time.perf_counter()
    step()
    print(time.perf_counter() - start, flush=True)
