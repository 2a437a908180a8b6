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

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define ET_X86 1
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

constexpr uint32_t kMultiplier0 = 0xD2511F53u, kMultiplier1 = 0xCD9E8D57u, kWeyl0 = 0x9E3779B9u, kWeyl1 = 0xBB67AE85u;

// Draws a group: numbers 4i .. 4i+3 are the words of counter position + i.
using Draw = void (*)(uint32_t* numbers, const Source& source, uint64_t position);

// Writes elements that are kept, scaled, and zero for the others. Numbers are 24 bits wide after the shift, so signed comparison will do.
using Keep = void (*)(void* y, const void* x, const uint32_t* numbers, int64_t n, int32_t least, float scale);

void draw(uint32_t* numbers, const Source& source, uint64_t position) {
  for (int i = 0; i < kBlocks; i++) {
    uint64_t counter = position + i;
    auto c0 = static_cast<uint32_t>(counter), c1 = static_cast<uint32_t>(counter >> 32);
    auto c2 = static_cast<uint32_t>(source.stream), c3 = static_cast<uint32_t>(source.stream >> 32);
    auto k0 = static_cast<uint32_t>(source.key), k1 = static_cast<uint32_t>(source.key >> 32);
    for (int round = 0; round < 10; round++, k0 += kWeyl0, k1 += kWeyl1) {
      uint64_t p0 = static_cast<uint64_t>(kMultiplier0) * c0, p1 = static_cast<uint64_t>(kMultiplier1) * c2;
      c0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ k0;
      c1 = static_cast<uint32_t>(p1);
      c2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ k1;
      c3 = static_cast<uint32_t>(p0);
    }
    numbers[4 * i] = c0, numbers[4 * i + 1] = c1, numbers[4 * i + 2] = c2, numbers[4 * i + 3] = c3;
  }
}

// Plain loops; each caller below compiles them for its own instruction set.
inline __attribute__((always_inline)) void keepFloats(void* to, const void* from, const uint32_t* __restrict numbers, int64_t n, int32_t least, float scale) {
  auto* __restrict y = static_cast<float*>(to);
  auto* __restrict x = static_cast<const float*>(from);
  for (int64_t i = 0; i < n; i++) {
    float scaled = x[i] * scale;
    y[i] = static_cast<int32_t>(numbers[i] >> 8) >= least ? scaled : 0.0f;
  }
}

// bfloat16 as its bits: widened by a shift, rounded to nearest even; infinities and NaN stay what they are.
inline __attribute__((always_inline)) void keepHalves(void* to, const void* from, const uint32_t* __restrict numbers, int64_t n, int32_t least, float scale) {
  auto* __restrict y = static_cast<uint16_t*>(to);
  auto* __restrict x = static_cast<const uint16_t*>(from);
  for (int64_t i = 0; i < n; i++) {
    uint32_t wide = static_cast<uint32_t>(x[i]) << 16;
    float value;
    std::memcpy(&value, &wide, 4);
    value *= scale;
    std::memcpy(&wide, &value, 4);
    uint32_t rounded = (wide & 0x7F800000u) == 0x7F800000u ? wide : wide + 0x7FFFu + ((wide >> 16) & 1u);
    y[i] = static_cast<int32_t>(numbers[i] >> 8) >= least ? static_cast<uint16_t>(rounded >> 16) : static_cast<uint16_t>(0);
  }
}

void keepFloatsPlain(void* y, const void* x, const uint32_t* r, int64_t n, int32_t least, float scale) { keepFloats(y, x, r, n, least, scale); }
void keepHalvesPlain(void* y, const void* x, const uint32_t* r, int64_t n, int32_t least, float scale) { keepHalves(y, x, r, n, least, scale); }

#ifdef ET_X86
// Each word of a counter lies in the lower half of a 64-bit lane; what the upper halves hold never enters a product.
#define ET_PHILOX(bits, prefix, lanes)                                                                             \
  using Lanes = __m##bits##i;                                                                                      \
  alignas(64) static const uint64_t first[8] = {0, 1, 2, 3, 4, 5, 6, 7};                                           \
  const Lanes m0 = prefix##set1_epi64x(kMultiplier0), m1 = prefix##set1_epi64x(kMultiplier1);                      \
  const Lanes low = prefix##set1_epi64x(0xFFFFFFFFll);                                                             \
  for (int at = 0; at < kBlocks; at += 2 * lanes) {                                                                \
    Lanes c0[2], c1[2], c2[2], c3[2];                                                                              \
    for (int v = 0; v < 2; v++) {                                                                                  \
      c0[v] = prefix##add_epi64(prefix##set1_epi64x(static_cast<int64_t>(position + at + v * lanes)), ET_LOAD(first)); \
      c1[v] = prefix##srli_epi64(c0[v], 32);                                                                       \
      c2[v] = prefix##set1_epi64x(static_cast<int64_t>(source.stream));                                            \
      c3[v] = prefix##srli_epi64(c2[v], 32);                                                                       \
    }                                                                                                              \
    auto k0 = static_cast<uint32_t>(source.key), k1 = static_cast<uint32_t>(source.key >> 32);                     \
    for (int round = 0; round < 10; round++, k0 += kWeyl0, k1 += kWeyl1) {                                         \
      const Lanes w0 = prefix##set1_epi64x(k0), w1 = prefix##set1_epi64x(k1);                                      \
      for (int v = 0; v < 2; v++) {                                                                                \
        Lanes p0 = prefix##mul_epu32(m0, c0[v]), p1 = prefix##mul_epu32(m1, c2[v]);                                \
        c0[v] = ET_XOR(ET_XOR(prefix##srli_epi64(p1, 32), c1[v]), w0);                                             \
        c1[v] = p1;                                                                                                \
        c2[v] = ET_XOR(ET_XOR(prefix##srli_epi64(p0, 32), c3[v]), w1);                                             \
        c3[v] = p0;                                                                                                \
      }                                                                                                            \
    }                                                                                                              \
    for (int v = 0; v < 2; v++) {                                                                                  \
      Lanes a = ET_OR(ET_AND(c0[v], low), prefix##slli_epi64(c1[v], 32));                                          \
      Lanes b = ET_OR(ET_AND(c2[v], low), prefix##slli_epi64(c3[v], 32));                                          \
      ET_STORE(numbers + 4 * (at + v * lanes), prefix##unpacklo_epi64(a, b), prefix##unpackhi_epi64(a, b));        \
    }                                                                                                              \
  }

#define ET_LOAD(p) _mm256_load_si256(reinterpret_cast<const __m256i*>(p))
#define ET_XOR _mm256_xor_si256
#define ET_OR _mm256_or_si256
#define ET_AND _mm256_and_si256
#define ET_STORE(to, even, odd)                                                                             \
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_permute2x128_si256(even, odd, 0x20));           \
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to) + 1, _mm256_permute2x128_si256(even, odd, 0x31))
__attribute__((target("avx2"))) void drawAvx2(uint32_t* numbers, const Source& source, uint64_t position) { ET_PHILOX(256, _mm256_, 4) }
#undef ET_LOAD
#undef ET_XOR
#undef ET_OR
#undef ET_AND
#undef ET_STORE

#define ET_LOAD(p) _mm512_load_si512(p)
#define ET_XOR _mm512_xor_si512
#define ET_OR _mm512_or_si512
#define ET_AND _mm512_and_si512
// Even and odd counters alternate again.
#define ET_STORE(to, even, odd)                                                                                                          \
  _mm512_storeu_si512((to), _mm512_permutex2var_epi64(even, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), odd));                          \
  _mm512_storeu_si512((to) + 16, _mm512_permutex2var_epi64(even, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), odd))
#define _mm512_set1_epi64x _mm512_set1_epi64
__attribute__((target("avx512f"))) void drawAvx512(uint32_t* numbers, const Source& source, uint64_t position) { ET_PHILOX(512, _mm512_, 8) }
#undef _mm512_set1_epi64x
#undef ET_LOAD
#undef ET_XOR
#undef ET_OR
#undef ET_AND
#undef ET_STORE

#define ET_WIDE __attribute__((target("avx2"), optimize("O3")))
// By hand: the compiler leaves this loop scalar.
ET_WIDE void keepFloatsWide(void* to, const void* from, const uint32_t* numbers, int64_t n, int32_t least, float scale) {
  auto* y = static_cast<float*>(to);
  auto* x = static_cast<const float*>(from);
  const __m256i below = _mm256_set1_epi32(least - 1);
  const __m256 factor = _mm256_set1_ps(scale);
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    __m256i number = _mm256_srli_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(numbers + i)), 8);
    __m256 kept = _mm256_castsi256_ps(_mm256_cmpgt_epi32(number, below));
    _mm256_storeu_ps(y + i, _mm256_and_ps(_mm256_mul_ps(_mm256_loadu_ps(x + i), factor), kept));
  }
  keepFloats(y + i, x + i, numbers + i, n - i, least, scale);
}
ET_WIDE void keepHalvesWide(void* y, const void* x, const uint32_t* r, int64_t n, int32_t least, float scale) { keepHalves(y, x, r, n, least, scale); }
#endif

struct Kernels {
  Draw draw;
  Keep floats;
  Keep halves;
};

// The best that this processor has.
const Kernels& kernels() {
  static const Kernels chosen = [] {
    Kernels k{draw, keepFloatsPlain, keepHalvesPlain};
#ifdef ET_X86
    if (__builtin_cpu_supports("avx2")) k = {drawAvx2, keepFloatsWide, keepHalvesWide};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("avx512f")) k.draw = drawAvx512;
#endif
    return k;
  }();
  return chosen;
}

at::Tensor drop(const at::Tensor& input, const Source& source, double probability) {
  at::Tensor x = input.contiguous();
  at::Tensor y = at::empty_like(x);
  int64_t n = x.numel();
  // A number u of 24 bits is kept where u * 2^-24 >= p in single precision, which is exact.
  auto least = static_cast<int32_t>(std::ceil(static_cast<double>(static_cast<float>(probability)) * 16777216.0));
  float scale = 1.0f / (1.0f - static_cast<float>(probability));
  const Kernels& kernel = kernels();
  Keep keep = x.scalar_type() == at::kFloat ? kernel.floats : kernel.halves;
  int64_t size = x.element_size();
  auto* to = static_cast<char*>(y.data_ptr());
  auto* from = static_cast<const char*>(x.data_ptr());
  at::parallel_for(0, (n + kNumbers - 1) / kNumbers, kGrain, [&](int64_t begin, int64_t end) {
    alignas(64) uint32_t numbers[kNumbers];
    for (int64_t group = begin; group < end; group++) {
      kernel.draw(numbers, source, source.position + group * kBlocks);
      int64_t at = group * kNumbers;
      keep(to + at * size, from + at * size, numbers, std::min(kNumbers, n - at), least, scale);
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
