// The C surface between .NET and libtorch: tagged values, operator calls by name, autograd, threads.
// No ECG in here, and no operator by name: new operators need no new C++.
#pragma once
#include <cstdint>

#if defined(_WIN32)
#define ET_API extern "C" __declspec(dllexport)
#else
#define ET_API extern "C" __attribute__((visibility("default")))
#endif

// Raised whenever the meaning of anything below changes; .NET refuses a bridge of another number.
constexpr int32_t ET_ABI_VERSION = 1;

enum EtTag : int32_t {
  ET_NONE = 0,
  ET_TENSOR = 1,       // p: TensorImpl*, borrowed in arguments, owned by the caller in results
  ET_INT = 2,          // i
  ET_DOUBLE = 3,       // d
  ET_BOOL = 4,         // i
  ET_INT_LIST = 5,     // p: int64_t[n]
  ET_DOUBLE_LIST = 6,  // p: double[n]
  ET_BOOL_LIST = 7,    // p: int64_t[n]
  ET_TENSOR_LIST = 8,  // p: TensorImpl*[n], null where an element is absent; in results free the array with et_free_array
  ET_STRING = 9,       // p: UTF-8, n bytes
  ET_DEVICE = 10,      // i: c10::DeviceType, n: index (-1: current)
  ET_DEFAULT = 11,     // the schema's default
  ET_OPAQUE = 12,      // p: heap IValue (packed weights and the like), free with et_free_opaque
};

struct EtValue {
  int32_t tag;
  int32_t n;
  union {
    int64_t i;
    double d;
    void* p;
  };
};

struct EtTensorInfo {
  void* data;         // null where the device cannot be read directly
  int64_t elements;
  int32_t dimensions;
  int32_t dtype;      // c10::ScalarType
  int32_t deviceType; // c10::DeviceType
  int32_t deviceIndex;
  int32_t contiguous;
  int32_t requiresGrad;
};
