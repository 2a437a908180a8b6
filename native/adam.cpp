// One step of Adam and its variants over a parameter: one pass through memory instead of one for every arithmetic operation.
// Registered as an operator, so that .NET can ask whether this build has it.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ET_FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3,no-math-errno,no-trapping-math")))
#else
#define ET_FOR_EACH_CPU
#endif

namespace {

constexpr int64_t kGrain = 1 << 15;  // numbers below which a thread is not worth its start

struct Settings {
  float beta1, beta2;    // decay of the moments
  float rest1, rest2;    // 1 - beta, of the numbers before they were rounded to float, as in PyTorch
  float shrink;          // factor on the parameter, for decay that is not in the gradient
  float penalty;         // share of the parameter in the gradient, for decay that is
  float size;            // of the step
  float scale, epsilon;  // of the denominator: scale * sqrt(square) + epsilon
};

ET_FOR_EACH_CPU void step(float* __restrict p, const float* __restrict gradient, float* __restrict mean, float* __restrict square, int64_t n, const Settings& with) {
  const Settings s = with;
  for (int64_t k = 0; k < n; k++) {
    float g = gradient[k] + s.penalty * p[k];
    float m = s.beta1 * mean[k] + s.rest1 * g;
    float v = s.beta2 * square[k] + s.rest2 * g * g;
    mean[k] = m;
    square[k] = v;
    p[k] = s.shrink * p[k] - s.size * m / (s.scale * __builtin_sqrtf(v) + s.epsilon);
  }
}

at::Tensor adamStep(at::Tensor parameter, const at::Tensor& gradient, at::Tensor mean, at::Tensor square, double beta1, double beta2, double shrink, double penalty,
                    double size, double scale, double epsilon) {
  for (const at::Tensor& t : {parameter, gradient, mean, square})
    TORCH_CHECK(t.device().is_cpu() && t.scalar_type() == at::kFloat && t.numel() == parameter.numel(), "adam_step takes four float32 tensors of one size in main memory");
  TORCH_CHECK(parameter.is_contiguous() && mean.is_contiguous() && square.is_contiguous(), "adam_step takes contiguous parameters and moments");
  at::Tensor g = gradient.contiguous();
  auto f = [](double x) { return static_cast<float>(x); };
  Settings with{f(beta1), f(beta2), f(1 - beta1), f(1 - beta2), f(shrink), f(penalty), f(size), f(scale), f(epsilon)};
  float *p = parameter.data_ptr<float>(), *m = mean.data_ptr<float>(), *v = square.data_ptr<float>();
  const float* from = g.data_ptr<float>();
  at::parallel_for(0, parameter.numel(), kGrain, [&](int64_t begin, int64_t end) { step(p + begin, from + begin, m + begin, v + begin, end - begin, with); });
  parameter.unsafeGetTensorImpl()->bump_version();
  return parameter;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(einthoven, library) {
  library.def(
      "adam_step(Tensor(a!) parameter, Tensor gradient, Tensor(b!) mean, Tensor(c!) square, float beta1, float beta2, float shrink, float penalty, "
      "float size, float scale, float epsilon) -> Tensor(a!)",
      adamStep);
}
