// Self-attention on queries, keys and values as one dense layer makes them, with its gradient. Heads are read and written where they lie, on oneDNN's float32 product:
// libtorch's way copies every head out and in, and multiplies small matrices at a fraction of the speed of large ones.
// Source: Vaswani et al., "Attention is all you need", NeurIPS 2017.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "product.h"

namespace {

// Where the heads lie in [batch, tokens, 3, heads, width].
struct Heads {
  int64_t batch, tokens, heads, width;

  Heads(const at::Tensor& qkv, int64_t count) : batch(qkv.size(0)), tokens(qkv.size(1)), heads(count), width(qkv.size(2) / (3 * count)) {}

  int64_t row() const { return 3 * heads * width; }
  int64_t count() const { return batch * heads; }
  int64_t part(int64_t which, int64_t k) const { return (k / heads) * tokens * row() + (which * heads + k % heads) * width; }
  // In [batch, tokens, heads, width].
  int64_t mixedRow() const { return heads * width; }
  int64_t mixed(int64_t k) const { return (k / heads) * tokens * mixedRow() + (k % heads) * width; }
};

template <typename Each>
void forHeads(const Heads& h, Each&& each) {
  at::parallel_for(0, h.count(), 1, [&](int64_t from, int64_t to) {
    for (int64_t k = from; k < to; k++) each(k);
  });
}

void multiply(char ta, char tb, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda, const float* b, int64_t ldb, float* c, int64_t ldc) {
  einthoven::multiply(ta, tb, m, n, k, alpha, a, lda, b, ldb, 0, c, ldc);
}

class Attention : public torch::autograd::Function<Attention> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& qkv, int64_t heads, double scale) {
    at::Tensor x = qkv.contiguous();
    Heads h(x, heads);
    int64_t n = h.tokens;
    at::Tensor scores = at::empty({h.count(), n, n}, x.options()), mixed = at::empty({h.batch, n, h.mixedRow()}, x.options());
    const float* in = x.data_ptr<float>();
    float *s = scores.data_ptr<float>(), *out = mixed.data_ptr<float>();
    forHeads(h, [&](int64_t k) {
      multiply('N', 'T', n, n, h.width, static_cast<float>(scale), in + h.part(0, k), h.row(), in + h.part(1, k), h.row(), s + k * n * n, n);
    });
    at::Tensor shares = at::_softmax(scores, -1, false);
    const float* p = shares.data_ptr<float>();
    forHeads(h, [&](int64_t k) { multiply('N', 'N', n, h.width, n, 1, p + k * n * n, n, in + h.part(2, k), h.row(), out + h.mixed(k), h.mixedRow()); });
    context->save_for_backward({x, shares});
    context->saved_data["heads"] = heads;
    context->saved_data["scale"] = scale;
    return mixed;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &shares = saved[1];
    Heads h(x, context->saved_data["heads"].toInt());
    auto scale = static_cast<float>(context->saved_data["scale"].toDouble());
    int64_t n = h.tokens;
    at::Tensor gradient = gradients[0].contiguous(), forX = at::empty(x.sizes(), x.options()), forShares = at::empty(shares.sizes(), shares.options());
    const float *in = x.data_ptr<float>(), *p = shares.data_ptr<float>(), *g = gradient.data_ptr<float>();
    float *to = forX.data_ptr<float>(), *gp = forShares.data_ptr<float>();
    forHeads(h, [&](int64_t k) {
      multiply('T', 'N', n, h.width, n, 1, p + k * n * n, n, g + h.mixed(k), h.mixedRow(), to + h.part(2, k), h.row());
      multiply('N', 'T', n, n, h.width, 1, g + h.mixed(k), h.mixedRow(), in + h.part(2, k), h.row(), gp + k * n * n, n);
    });
    at::Tensor forScores = at::_softmax_backward_data(forShares, shares, -1, at::kFloat);
    const float* gs = forScores.data_ptr<float>();
    forHeads(h, [&](int64_t k) {
      multiply('N', 'N', n, h.width, n, scale, gs + k * n * n, n, in + h.part(1, k), h.row(), to + h.part(0, k), h.row());
      multiply('T', 'N', n, h.width, n, scale, gs + k * n * n, n, in + h.part(0, k), h.row(), to + h.part(1, k), h.row());
    });
    return {forX, at::Tensor(), at::Tensor()};
  }
};

bool suits(const at::Tensor& qkv) {
  return einthoven::hasProduct() && qkv.device().is_cpu() && qkv.scalar_type() == at::kFloat && qkv.numel() > 0;
}

at::Tensor attention(const at::Tensor& qkv, int64_t heads, double scale) {
  TORCH_CHECK(suits(qkv), "einthoven::attention needs float32 on the CPU, and oneDNN's product");
  TORCH_CHECK(qkv.dim() == 3 && qkv.size(2) % (3 * heads) == 0, "einthoven::attention: ", qkv.sizes(), " is not [batch, tokens, 3 * ", heads, " * width]");
  return Attention::apply(qkv, heads, scale);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(einthoven, library) {
  library.def("attention(Tensor qkv, int heads, float scale) -> Tensor", attention);
  library.def("attention_suits(Tensor qkv) -> bool", suits);
}
