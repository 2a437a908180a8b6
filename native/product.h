// oneDNN's float32 matrix product, where this libtorch shows it.
#pragma once

#include <cstdint>

namespace einthoven {

// Row-major: c[m, n] = alpha * op(a) * op(b) + beta * c. 0 is success.
using Product = int (*)(char transposeA, char transposeB, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda, const float* b, int64_t ldb, float beta,
                        float* c, int64_t ldc);

// Null where libtorch hides oneDNN in itself.
Product product();

}  // namespace einthoven
