#include "product.h"

#include <c10/util/Exception.h>
#include <dlfcn.h>

namespace einthoven {

// oneDNN's C interface; 0 is success.
using Product = int (*)(char transposeA, char transposeB, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda, const float* b, int64_t ldb, float beta,
                        float* c, int64_t ldc);

static Product find() {
  void* symbol = dlsym(RTLD_DEFAULT, "dnnl_sgemm");
  if (symbol == nullptr) {
    // libtorch_cpu depends on it, but its symbols are seen only by those that ask the library itself.
    if (void* library = dlopen("libdnnl.so.2", RTLD_LAZY | RTLD_NOLOAD)) symbol = dlsym(library, "dnnl_sgemm");
  }
  return reinterpret_cast<Product>(symbol);
}

static Product product() {
  static const Product found = find();
  return found;
}

bool hasProduct() { return product() != nullptr; }

void multiply(char transposeA, char transposeB, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda, const float* b, int64_t ldb, float beta, float* c,
              int64_t ldc) {
  int status = product()(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  TORCH_CHECK(status == 0, "oneDNN refuses a product of ", m, " x ", k, " x ", n, ": status ", status);
}

}  // namespace einthoven
