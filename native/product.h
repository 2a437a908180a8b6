// oneDNN's float32 matrix product, where this libtorch shows it.
#pragma once

#include <cstdint>

namespace einthoven {

// False where libtorch hides oneDNN in itself.
bool hasProduct();

// Row-major: c[m, n] = alpha * op(a) * op(b) + beta * c. Throws where oneDNN refuses; only where there is a product.
void multiply(char transposeA, char transposeB, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda, const float* b, int64_t ldb, float beta, float* c,
              int64_t ldc);

}  // namespace einthoven
