// The dense layer in single precision on oneDNN's matrix product, with its gradients. libtorch sends float32 products to BLAS; OpenBLAS chooses its kernels from a
// list of processors that were known when it was made, and takes an older one's for any other. oneDNN writes its kernels for the instructions that are there.
// Where libtorch hides oneDNN in itself, or the numbers are not float32 in main memory, the layer is libtorch's own.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "product.h"

namespace {

// c += op(a) * op(b) where add is set.
void multiply(char ta, char tb, int64_t m, int64_t n, int64_t k, const at::Tensor& a, int64_t lda, const at::Tensor& b, int64_t ldb, bool add, at::Tensor& c, int64_t ldc) {
  einthoven::multiply(ta, tb, m, n, k, 1, a.data_ptr<float>(), lda, b.data_ptr<float>(), ldb, add ? 1 : 0, c.data_ptr<float>(), ldc);
}

class DenseLayer : public torch::autograd::Function<DenseLayer> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
    int64_t inputs = weight.size(1), outputs = weight.size(0), rows = x.numel() / inputs;
    at::Tensor from = x.contiguous(), w = weight.contiguous();
    auto shape = x.sizes().vec();
    shape.back() = outputs;
    at::Tensor y = at::empty(shape, x.options());
    if (bias) y.copy_(*bias);
    multiply('N', 'T', rows, outputs, inputs, from, inputs, w, inputs, bias.has_value(), y, outputs);
    context->save_for_backward({from, w});
    context->saved_data["x"] = x.requires_grad();
    context->saved_data["weight"] = weight.requires_grad();
    context->saved_data["bias"] = bias && bias->requires_grad();
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1];
    int64_t inputs = weight.size(1), outputs = weight.size(0), rows = x.numel() / inputs;
    at::Tensor gradient = gradients[0].contiguous(), forX, forWeight, forBias;
    if (context->saved_data["x"].toBool()) {
      forX = at::empty(x.sizes(), x.options());
      multiply('N', 'N', rows, inputs, outputs, gradient, outputs, weight, inputs, false, forX, inputs);
    }
    if (context->saved_data["weight"].toBool()) {
      forWeight = at::empty(weight.sizes(), weight.options());
      multiply('T', 'N', outputs, inputs, rows, gradient, outputs, x, inputs, false, forWeight, inputs);
    }
    if (context->saved_data["bias"].toBool()) forBias = gradient.reshape({rows, outputs}).sum(0);
    return {forX, forWeight, forBias};
  }
};

bool plain(const at::Tensor& t) { return t.device().is_cpu() && t.scalar_type() == at::kFloat && t.layout() == at::kStrided; }

at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
  bool ours = einthoven::hasProduct() && plain(x) && plain(weight) && (!bias || plain(*bias)) && weight.dim() == 2 && x.dim() > 0 && x.size(-1) == weight.size(1) && x.numel() > 0 &&
              weight.numel() > 0;
  return ours ? DenseLayer::apply(x, weight, bias) : at::linear(x, weight, bias);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(einthoven, library) {
  library.def("linear(Tensor x, Tensor weight, Tensor? bias) -> Tensor", linear);
}
