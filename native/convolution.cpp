// Convolution of [batch, samples, channels] with one kernel a channel that is as long as the signal, and its gradients, by Fourier transform.
// libtorch's own transforms move every spectrum through main memory and transpose to reach the samples; here some neighbouring channels lie in
// the lanes of a vector, two rows of the batch are the real and imaginary part of one signal, and transform, product and inverse stay in cache.
// Transforms are radix 4, decimation in frequency and back in time, so that no order of bits is ever undone.
// Source: Cooley and Tukey, Math. Comp. 19:297, 1965; Gentleman and Sande, AFIPS 1966.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cmath>
#include <cstring>
#include <vector>

#define ET_INLINE inline __attribute__((always_inline))

namespace {

typedef float Lanes8 __attribute__((vector_size(32)));
typedef float Lanes16 __attribute__((vector_size(64)));

template <typename V>
struct Complex {
  V re, im;
};

// exp(-2*pi*i*k/size) in single precision, from double.
struct Roots {
  int64_t size;
  std::vector<float> cos, sin;

  explicit Roots(int64_t n) : size(n), cos(n), sin(n) {
    for (int64_t k = 0; k < n; k++) {
      double angle = -2.0 * M_PI * static_cast<double>(k) / static_cast<double>(n);
      cos[k] = static_cast<float>(std::cos(angle));
      sin[k] = static_cast<float>(std::sin(angle));
    }
  }
};

template <typename V>
ET_INLINE Complex<V> times(Complex<V> a, float c, float s) { return {a.re * c - a.im * s, a.re * s + a.im * c}; }

template <typename V>
ET_INLINE Complex<V> operator+(Complex<V> a, Complex<V> b) { return {a.re + b.re, a.im + b.im}; }

template <typename V>
ET_INLINE Complex<V> operator-(Complex<V> a, Complex<V> b) { return {a.re - b.re, a.im - b.im}; }

template <typename V>
ET_INLINE Complex<V> timesI(Complex<V> a) { return {-a.im, a.re}; }

// Some channels of one instant; those beyond the last channel are zero and never written.
template <typename V>
ET_INLINE V load(const float* p, int64_t channels) {
  V v;
  if (channels >= static_cast<int64_t>(sizeof(V) / sizeof(float))) {
    std::memcpy(&v, p, sizeof(V));
  } else {
    v = V{};
    std::memcpy(&v, p, channels * sizeof(float));
  }
  return v;
}

template <typename V>
ET_INLINE void store(float* p, V v, int64_t channels) {
  if (channels >= static_cast<int64_t>(sizeof(V) / sizeof(float))) std::memcpy(p, &v, sizeof(V));
  else std::memcpy(p, &v, channels * sizeof(float));
}

// Two rows of a batch as one complex signal; the second may be absent.
struct Rows {
  const float* first;
  const float* second;
  int64_t samples, stride, channels;
};

template <typename V>
ET_INLINE Complex<V> at(const Rows& rows, int64_t t) {
  if (t >= rows.samples) return {V{}, V{}};
  return {load<V>(rows.first + t * rows.stride, rows.channels), rows.second ? load<V>(rows.second + t * rows.stride, rows.channels) : V{}};
}

template <typename V>
ET_INLINE void butterfly(Complex<V>* x, int64_t quarter, int64_t j, int64_t step, const Roots& w, Complex<V> a, Complex<V> b, Complex<V> c, Complex<V> d) {
  Complex<V> sum = a + c, difference = a - c, other = b + d, turned = timesI(b - d);
  x[0] = sum + other;
  x[quarter] = times(difference - turned, w.cos[j * step], w.sin[j * step]);
  x[2 * quarter] = times(sum - other, w.cos[2 * j * step], w.sin[2 * j * step]);
  x[3 * quarter] = times(difference + turned, w.cos[3 * j * step], w.sin[3 * j * step]);
}

// The stages behind the first, down to blocks of four or two.
template <typename V>
ET_INLINE void forwardRest(Complex<V>* x, const Roots& w) {
  int64_t n = w.size, m = n / 4;
  for (; m >= 8; m /= 4) {
    int64_t quarter = m / 4, step = n / m;
    for (int64_t block = 0; block < n; block += m)
      for (int64_t j = 0; j < quarter; j++) {
        Complex<V>* p = x + block + j;
        butterfly(p, quarter, j, step, w, p[0], p[quarter], p[2 * quarter], p[3 * quarter]);
      }
  }
  if (m == 4) {
    for (Complex<V>* p = x; p < x + n; p += 4) {
      Complex<V> sum = p[0] + p[2], difference = p[0] - p[2], other = p[1] + p[3], turned = timesI(p[1] - p[3]);
      p[0] = sum + other, p[1] = difference - turned, p[2] = sum - other, p[3] = difference + turned;
    }
  } else if (m == 2) {
    for (Complex<V>* p = x; p < x + n; p += 2) {
      Complex<V> a = p[0];
      p[0] = a + p[1], p[1] = a - p[1];
    }
  }
}

// Signals fill at most the first half: the first stage reads them as they lie and knows the second half is zero.
template <typename V>
ET_INLINE void forward(Complex<V>* x, const Rows& rows, const Roots& w) {
  int64_t quarter = w.size / 4;
  for (int64_t j = 0; j < quarter; j++) {
    Complex<V> a = at<V>(rows, j), b = at<V>(rows, j + quarter), turned = timesI(b);
    x[j] = a + b;
    x[j + quarter] = times(a - turned, w.cos[j], w.sin[j]);
    x[j + 2 * quarter] = times(a - b, w.cos[2 * j], w.sin[2 * j]);
    x[j + 3 * quarter] = times(a + turned, w.cos[3 * j], w.sin[3 * j]);
  }
  forwardRest(x, w);
}

// A whole circular kernel, scaled so that the inverse needs no division.
template <typename V>
ET_INLINE void forwardKernel(Complex<V>* x, const Rows& kernel, const Roots& w) {
  int64_t quarter = w.size / 4;
  float scale = 1.0f / static_cast<float>(w.size);
  auto read = [&](int64_t t) { return Complex<V>{load<V>(kernel.first + t * kernel.stride, kernel.channels) * scale, V{}}; };
  for (int64_t j = 0; j < quarter; j++) butterfly(x + j, quarter, j, 1, w, read(j), read(j + quarter), read(j + 2 * quarter), read(j + 3 * quarter));
  forwardRest(x, w);
}

// Undoes forwardRest, times four or two a stage.
template <typename V>
ET_INLINE void inverseRest(Complex<V>* x, const Roots& w) {
  int64_t n = w.size, m = 1;
  bool odd = __builtin_ctzll(n) % 2 != 0;
  if (odd) {
    for (Complex<V>* p = x; p < x + n; p += 2) {
      Complex<V> a = p[0];
      p[0] = a + p[1], p[1] = a - p[1];
    }
    m = 2;
  }
  for (m *= 4; m < n; m *= 4) {
    int64_t quarter = m / 4, step = n / m;
    for (int64_t block = 0; block < n; block += m)
      for (int64_t j = 0; j < quarter; j++) {
        Complex<V>* p = x + block + j;
        Complex<V> a = p[0], b = times(p[quarter], w.cos[j * step], -w.sin[j * step]);
        Complex<V> c = times(p[2 * quarter], w.cos[2 * j * step], -w.sin[2 * j * step]), d = times(p[3 * quarter], w.cos[3 * j * step], -w.sin[3 * j * step]);
        Complex<V> sum = a + c, difference = a - c, other = b + d, turned = timesI(b - d);
        p[0] = sum + other, p[quarter] = difference + turned, p[2 * quarter] = sum - other, p[3 * quarter] = difference - turned;
      }
  }
}

// The last stage gives each output to a callback as it is made; of a signal only the first half is wanted.
template <typename V, bool Whole, typename Take>
ET_INLINE void inverse(Complex<V>* x, const Roots& w, Take&& take) {
  inverseRest(x, w);
  int64_t quarter = w.size / 4;
  for (int64_t j = 0; j < quarter; j++) {
    Complex<V> a = x[j], b = times(x[j + quarter], w.cos[j], -w.sin[j]);
    Complex<V> c = times(x[j + 2 * quarter], w.cos[2 * j], -w.sin[2 * j]), d = times(x[j + 3 * quarter], w.cos[3 * j], -w.sin[3 * j]);
    Complex<V> sum = a + c, difference = a - c, other = b + d, turned = timesI(b - d);
    take(j, sum + other);
    take(j + quarter, difference + turned);
    if (Whole) {
      take(j + 2 * quarter, sum - other);
      take(j + 3 * quarter, difference - turned);
    }
  }
}

// What one group of channels works on.
struct Task {
  const float* signal;
  const float* kernel;
  const float* gradient;   // of the output; null in the forward pass
  float* output;           // the convolution, or the signal's gradient; null where it is not wanted
  float* kernelGradient;   // null where it is not wanted
  int64_t batch, samples, stride, channels;
};

template <typename V>
ET_INLINE void run(const Task& task, const Roots& w, void* memory) {
  auto* k = static_cast<Complex<V>*>(memory);
  Complex<V>*x = k + w.size, *d = x + w.size, *sum = d + w.size;
  int64_t n = w.size, row = task.samples * task.stride;
  auto rows = [&](const float* base, int64_t b) {
    return Rows{base + b * row, b + 1 < task.batch ? base + (b + 1) * row : nullptr, task.samples, task.stride, task.channels};
  };
  auto write = [&](int64_t b) {
    return [&task, row, b](int64_t t, Complex<V> v) __attribute__((always_inline)) {
      if (t >= task.samples) return;
      float* to = task.output + b * row + t * task.stride;
      store(to, v.re, task.channels);
      if (b + 1 < task.batch) store(to + row, v.im, task.channels);
    };
  };

  if (task.output) forwardKernel(k, Rows{task.kernel, nullptr, n, task.stride, task.channels}, w);
  if (task.kernelGradient) for (int64_t i = 0; i < n; i++) sum[i] = {V{}, V{}};
  for (int64_t b = 0; b < task.batch; b += 2) {
    if (!task.gradient) {
      forward(x, rows(task.signal, b), w);
      for (int64_t i = 0; i < n; i++) x[i] = {x[i].re * k[i].re - x[i].im * k[i].im, x[i].re * k[i].im + x[i].im * k[i].re};
      inverse<V, false>(x, w, write(b));
      continue;
    }
    forward(d, rows(task.gradient, b), w);
    if (task.kernelGradient) {
      // Of conj(a + ib)(c + id) the real part of the inverse is the sum of both rows' correlations.
      forward(x, rows(task.signal, b), w);
      for (int64_t i = 0; i < n; i++) {
        sum[i].re += x[i].re * d[i].re + x[i].im * d[i].im;
        sum[i].im += x[i].re * d[i].im - x[i].im * d[i].re;
      }
    }
    if (task.output) {
      for (int64_t i = 0; i < n; i++) d[i] = {d[i].re * k[i].re + d[i].im * k[i].im, d[i].im * k[i].re - d[i].re * k[i].im};
      inverse<V, false>(d, w, write(b));
    }
  }
  if (!task.kernelGradient) return;
  float scale = 1.0f / static_cast<float>(n);
  inverse<V, true>(sum, w, [&](int64_t t, Complex<V> v) __attribute__((always_inline)) { store<V>(task.kernelGradient + t * task.stride, v.re * scale, task.channels); });
}

using Run = void (*)(const Task&, const Roots&, void*);

void runPlain(const Task& task, const Roots& w, void* memory) { run<Lanes8>(task, w, memory); }
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2,fma"))) void runAvx2(const Task& task, const Roots& w, void* memory) { run<Lanes8>(task, w, memory); }
__attribute__((target("avx512f,avx2,fma"))) void runAvx512(const Task& task, const Roots& w, void* memory) { run<Lanes16>(task, w, memory); }
#endif

struct Kernel {
  Run run;
  int64_t lanes;
};

// The best that this processor has.
const Kernel& kernel() {
  static const Kernel chosen = [] {
    Kernel k{runPlain, 8};
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) k = {runAvx2, 8};
    if (k.run == runAvx2 && __builtin_cpu_supports("avx512f")) k = {runAvx512, 16};
#endif
    return k;
  }();
  return chosen;
}

// Each group of channels is one thread's and goes through the batch in order: results do not depend on the number of threads.
void convolve(Task whole, int64_t size) {
  const Roots roots(size);
  const Kernel& k = kernel();
  int64_t channels = whole.stride;
  at::parallel_for(0, (channels + k.lanes - 1) / k.lanes, 1, [&](int64_t begin, int64_t end) {
    constexpr size_t kLine = 64;
    std::vector<char> memory(4 * size * 2 * k.lanes * sizeof(float) + kLine);
    void* aligned = memory.data() + (kLine - reinterpret_cast<uintptr_t>(memory.data()) % kLine) % kLine;
    for (int64_t group = begin; group < end; group++) {
      int64_t first = group * k.lanes;
      auto moved = [&](auto* p) { return p ? p + first : p; };
      Task task = whole;
      task.signal = moved(whole.signal), task.kernel = moved(whole.kernel), task.gradient = moved(whole.gradient);
      task.output = moved(whole.output), task.kernelGradient = moved(whole.kernelGradient);
      task.channels = std::min(k.lanes, channels - first);
      k.run(task, roots, aligned);
    }
  });
}

class LongConvolution : public torch::autograd::Function<LongConvolution> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& u, const at::Tensor& k) {
    at::Tensor y = at::empty_like(u);
    context->save_for_backward({u, k});
    convolve({u.data_ptr<float>(), k.data_ptr<float>(), nullptr, y.data_ptr<float>(), nullptr, u.size(0), u.size(1), u.size(2), 0}, k.size(0));
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    at::Tensor u = saved[0], k = saved[1], d = gradients[0].contiguous();
    at::Tensor du = u.requires_grad() ? at::empty_like(u) : at::Tensor(), dk = k.requires_grad() ? at::empty_like(k) : at::Tensor();
    convolve({u.data_ptr<float>(), k.data_ptr<float>(), d.data_ptr<float>(), du.defined() ? du.data_ptr<float>() : nullptr,
              dk.defined() ? dk.data_ptr<float>() : nullptr, u.size(0), u.size(1), u.size(2), 0}, k.size(0));
    return {du, dk};
  }
};

at::Tensor longConvolution(const at::Tensor& signal, const at::Tensor& kernel) {
  TORCH_CHECK(signal.device().is_cpu() && kernel.device().is_cpu() && signal.scalar_type() == at::kFloat && kernel.scalar_type() == at::kFloat,
              "long_convolution takes float32 in main memory");
  TORCH_CHECK(signal.dim() == 3 && kernel.dim() == 2 && signal.size(2) == kernel.size(1), "long_convolution takes [batch, samples, channels] and [size, channels], got ",
              signal.sizes(), " and ", kernel.sizes());
  int64_t size = kernel.size(0);
  TORCH_CHECK(size >= 4 && (size & (size - 1)) == 0 && size >= 2 * signal.size(1) - 1, "a kernel of ", size, " is no power of two from 4 on that holds ",
              signal.size(1), " samples without wrapping");
  return LongConvolution::apply(signal.contiguous(), kernel.contiguous());
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(einthoven, library) {
  library.def("long_convolution(Tensor signal, Tensor kernel) -> Tensor", longConvolution);
}
