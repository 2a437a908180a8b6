// Dropout whose mask is a function of a counter: Philox 4x32-10 as in PhiloxRandom.cs, number for number. The mask is never stored but drawn
// again in the backward pass, and neither pass depends on the number of threads.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
// Registered as an operator, so that .NET can ask whether this build has it.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cmath>
#include <cstring>

// One clone for each instruction set, chosen when the library is loaded: the loops below are written to be vectorised.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ET_VECTORISED __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define ET_VECTORISED
#endif

namespace {

constexpr int64_t kBlocks = 16;          // counters drawn at once
constexpr int64_t kNumbers = 4 * kBlocks;  // four numbers each
constexpr int64_t kGrain = 256;          // groups of kNumbers below which a thread is not worth its start

struct Source {
  uint64_t key;
  uint64_t stream;
  uint64_t position;
};

}  // namespace

// Numbers 4i .. 4i+3 are those of counter position + i, each shifted to its 24 upper bits.
ET_VECTORISED void et_philox_group(uint32_t* numbers, uint64_t position, uint64_t key, uint64_t stream) {
  uint32_t c0[kBlocks], c1[kBlocks], c2[kBlocks], c3[kBlocks];
  for (int i = 0; i < kBlocks; i++) {
    c0[i] = static_cast<uint32_t>(position + i);
    c1[i] = static_cast<uint32_t>((position + i) >> 32);
    c2[i] = static_cast<uint32_t>(stream);
    c3[i] = static_cast<uint32_t>(stream >> 32);
  }
  uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < kBlocks; i++) {
      uint64_t p0 = 0xD2511F53ull * c0[i], p1 = 0xCD9E8D57ull * c2[i];
      c0[i] = static_cast<uint32_t>(p1 >> 32) ^ c1[i] ^ k0;
      c1[i] = static_cast<uint32_t>(p1);
      c2[i] = static_cast<uint32_t>(p0 >> 32) ^ c3[i] ^ k1;
      c3[i] = static_cast<uint32_t>(p0);
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (int i = 0; i < kBlocks; i++) {
    numbers[4 * i] = c0[i] >> 8;
    numbers[4 * i + 1] = c1[i] >> 8;
    numbers[4 * i + 2] = c2[i] >> 8;
    numbers[4 * i + 3] = c3[i] >> 8;
  }
}

ET_VECTORISED void et_drop_float(float* y, const float* x, const uint32_t* numbers, int64_t n, uint32_t least, float scale) {
  for (int64_t i = 0; i < n; i++) y[i] = numbers[i] >= least ? x[i] * scale : 0.0f;
}

// bfloat16 as its bits: widened by a shift, rounded to nearest even.
ET_VECTORISED void et_drop_bfloat16(uint16_t* y, const uint16_t* x, const uint32_t* numbers, int64_t n, uint32_t least, float scale) {
  for (int64_t i = 0; i < n; i++) {
    uint32_t wide = static_cast<uint32_t>(x[i]) << 16;
    float value;
    std::memcpy(&value, &wide, 4);
    value *= scale;
    std::memcpy(&wide, &value, 4);
    uint32_t rounded = (wide + 0x7FFFu + ((wide >> 16) & 1u)) >> 16;
    bool finite = (wide & 0x7F800000u) != 0x7F800000u;
    y[i] = numbers[i] >= least ? static_cast<uint16_t>(finite ? rounded : (wide >> 16)) : 0;
  }
}

namespace {

at::Tensor drop(const at::Tensor& input, const Source& source, double probability) {
  at::Tensor x = input.contiguous();
  at::Tensor y = at::empty_like(x);
  int64_t n = x.numel();
  // A number u of 24 bits is kept where u * 2^-24 >= p in single precision, which is exact.
  auto least = static_cast<uint32_t>(std::ceil(static_cast<double>(static_cast<float>(probability)) * 16777216.0));
  float scale = 1.0f / (1.0f - static_cast<float>(probability));
  bool single = x.scalar_type() == at::kFloat;
  at::parallel_for(0, (n + kNumbers - 1) / kNumbers, kGrain, [&](int64_t begin, int64_t end) {
    uint32_t numbers[kNumbers];
    for (int64_t group = begin; group < end; group++) {
      et_philox_group(numbers, source.position + group * kBlocks, source.key, source.stream);
      int64_t at = group * kNumbers, count = std::min(kNumbers, n - at);
      if (single)
        et_drop_float(y.data_ptr<float>() + at, x.data_ptr<float>() + at, numbers, count, least, scale);
      else
        et_drop_bfloat16(static_cast<uint16_t*>(y.data_ptr()) + at, static_cast<const uint16_t*>(x.data_ptr()) + at, numbers, count, least, scale);
    }
  });
  return y;
}

class PhiloxDropout : public torch::autograd::Function<PhiloxDropout> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, int64_t key, int64_t stream, int64_t position, double probability) {
    context->saved_data["key"] = key;
    context->saved_data["stream"] = stream;
    context->saved_data["position"] = position;
    context->saved_data["probability"] = probability;
    return drop(x, of(context), probability);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    at::Tensor none;
    return {drop(gradients[0], of(context), context->saved_data["probability"].toDouble()), none, none, none, none};
  }

 private:
  static Source of(torch::autograd::AutogradContext* context) {
    auto word = [&](const char* name) { return static_cast<uint64_t>(context->saved_data[name].toInt()); };
    return {word("key"), word("stream"), word("position")};
  }
};

at::Tensor philoxDropout(const at::Tensor& x, int64_t key, int64_t stream, int64_t position, double probability) {
  TORCH_CHECK(x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16),
              "philox_dropout takes float32 or bfloat16 in main memory");
  return PhiloxDropout::apply(x, key, stream, position, probability);
}

}  // namespace

TORCH_LIBRARY(einthoven, library) {
  library.def("philox_dropout(Tensor x, int key, int stream, int position, float probability) -> Tensor", philoxDropout);
}
