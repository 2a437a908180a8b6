// Calls libtorch's dispatcher for .NET: every operator by name and overload, boxed, with arguments converted
// by the operator's own schema (a boxed call checks nothing and converts nothing by itself).
#include "bridge.h"
#include "boundary.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Logging.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/version.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace {

struct Operator {
  c10::OperatorHandle handle;
  std::string schema;
};

void* release(at::Tensor t) { return t.defined() ? t.unsafeReleaseTensorImpl() : nullptr; }

std::vector<int64_t> intList(const EtValue& v, int64_t expected) {
  if (v.tag == ET_INT) return std::vector<int64_t>(expected > 0 ? expected : 1, v.i);  // int for int[n]: n copies
  TORCH_CHECK(v.tag == ET_INT_LIST, "expected integers, got tag ", v.tag);
  auto* p = static_cast<const int64_t*>(v.p);
  return std::vector<int64_t>(p, p + v.n);
}

c10::IValue scalar(const EtValue& v) {
  switch (v.tag) {
    case ET_INT: return v.i;
    case ET_DOUBLE: return v.d;
    case ET_BOOL: return v.i != 0;
    default: TORCH_CHECK(false, "expected a number, got tag ", v.tag);
  }
}

// One argument by the kind its schema declares.
c10::IValue convert(const EtValue& v, const c10::Type& type, const c10::Argument& argument) {
  using c10::TypeKind;
  if (v.tag == ET_NONE) return c10::IValue();
  if (v.tag == ET_OPAQUE) return *static_cast<c10::IValue*>(v.p);
  switch (type.kind()) {
    case TypeKind::OptionalType:
      return convert(v, *type.castRaw<c10::OptionalType>()->getElementType(), argument);
    case TypeKind::TensorType:
      TORCH_CHECK(v.tag == ET_TENSOR, "expected a tensor, got tag ", v.tag);
      return borrow(v.p);
    case TypeKind::IntType:
    case TypeKind::SymIntType:
      TORCH_CHECK(v.tag == ET_INT || v.tag == ET_BOOL, "expected an integer, got tag ", v.tag);
      return v.i;
    case TypeKind::FloatType:
      if (v.tag == ET_DOUBLE) return v.d;
      TORCH_CHECK(v.tag == ET_INT, "expected a number, got tag ", v.tag);
      return static_cast<double>(v.i);
    case TypeKind::BoolType:
      TORCH_CHECK(v.tag == ET_BOOL || v.tag == ET_INT, "expected a boolean, got tag ", v.tag);
      return v.i != 0;
    case TypeKind::NumberType:
      return scalar(v);
    case TypeKind::StringType:
      TORCH_CHECK(v.tag == ET_STRING, "expected a string, got tag ", v.tag);
      return std::string(static_cast<const char*>(v.p), v.n);
    case TypeKind::DeviceObjType:
      TORCH_CHECK(v.tag == ET_DEVICE, "expected a device, got tag ", v.tag);
      return c10::Device(static_cast<c10::DeviceType>(v.i), static_cast<c10::DeviceIndex>(v.n));
    case TypeKind::ListType: {
      const auto& element = *type.castRaw<c10::ListType>()->getElementType();
      switch (element.kind()) {
        case TypeKind::IntType:
        case TypeKind::SymIntType:
          return intList(v, argument.N().value_or(1));
        case TypeKind::FloatType: {
          TORCH_CHECK(v.tag == ET_DOUBLE_LIST, "expected numbers, got tag ", v.tag);
          auto* p = static_cast<const double*>(v.p);
          return std::vector<double>(p, p + v.n);
        }
        case TypeKind::BoolType: {
          c10::List<bool> list;
          TORCH_CHECK(v.tag == ET_BOOL_LIST, "expected booleans, got tag ", v.tag);
          auto* p = static_cast<const int64_t*>(v.p);
          for (int32_t k = 0; k < v.n; k++) list.push_back(p[k] != 0);
          return list;
        }
        case TypeKind::TensorType: {
          TORCH_CHECK(v.tag == ET_TENSOR_LIST, "expected tensors, got tag ", v.tag);
          c10::List<at::Tensor> list;
          auto* p = static_cast<void* const*>(v.p);
          for (int32_t k = 0; k < v.n; k++) list.push_back(borrow(p[k]));
          return list;
        }
        case TypeKind::OptionalType: {
          TORCH_CHECK(v.tag == ET_TENSOR_LIST, "expected tensors, got tag ", v.tag);
          c10::List<c10::optional<at::Tensor>> list;
          auto* p = static_cast<void* const*>(v.p);
          for (int32_t k = 0; k < v.n; k++)
            list.push_back(p[k] ? c10::optional<at::Tensor>(borrow(p[k])) : c10::nullopt);
          return list;
        }
        default: break;
      }
      TORCH_CHECK(false, "list type ", type.str(), " is not supported");
    }
    default: TORCH_CHECK(false, "type ", type.str(), " is not supported");
  }
}

EtValue result(const c10::IValue& value) {
  EtValue v{};
  if (value.isNone()) {
    v.tag = ET_NONE;
  } else if (value.isTensor()) {
    v.tag = value.toTensor().defined() ? ET_TENSOR : ET_NONE;
    v.p = release(value.toTensor());
  } else if (value.isInt()) {
    v.tag = ET_INT;
    v.i = value.toInt();
  } else if (value.isDouble()) {
    v.tag = ET_DOUBLE;
    v.d = value.toDouble();
  } else if (value.isBool()) {
    v.tag = ET_BOOL;
    v.i = value.toBool();
  } else if (value.isTensorList()) {
    auto list = value.toTensorVector();
    auto** out = static_cast<void**>(std::malloc(sizeof(void*) * (list.empty() ? 1 : list.size())));
    for (size_t k = 0; k < list.size(); k++) out[k] = release(list[k]);
    v.tag = ET_TENSOR_LIST;
    v.n = static_cast<int32_t>(list.size());
    v.p = out;
  } else {
    v.tag = ET_OPAQUE;
    v.p = new c10::IValue(value);
  }
  return v;
}

std::vector<at::Tensor> tensors(void* const* p, int32_t n) {
  std::vector<at::Tensor> list;
  list.reserve(n);
  for (int32_t k = 0; k < n; k++) list.push_back(p && p[k] ? borrow(p[k]) : at::Tensor());
  return list;
}

}  // namespace

ET_API int32_t et_abi_version() { return ET_ABI_VERSION; }
ET_API const char* et_torch_version() { return TORCH_VERSION; }
ET_API const char* et_last_error() { return lastError.c_str(); }

// Once, before anything else. threads <= 0 keeps libtorch's own choice.
ET_API int32_t et_initialize(int32_t threads) {
  return guarded([&] {
#if TORCH_VERSION_MAJOR < 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR < 4)
    // A backtrace through hundreds of libraries costs milliseconds an exception; the message is enough.
    c10::SetStackTraceFetcher([]() -> std::string { return {}; });
#endif
#if defined(__GLIBC__)
    // Large blocks stay in the heap instead of being mapped and page-faulted anew for every result.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, -1);
    mallopt(M_TOP_PAD, 64 << 20);
#endif
    if (threads > 0) at::set_num_threads(threads);
  });
}

ET_API void* et_find_operator(const char* name, const char* overload) {
  void* found = nullptr;
  guarded([&] {
    auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!handle.has_value()) return;
    found = new Operator{*handle, c10::str(handle->schema())};
  });
  return found;
}

ET_API const char* et_operator_schema(void* op) { return static_cast<Operator*>(op)->schema.c_str(); }

ET_API int32_t et_call(void* op, const EtValue* arguments, int32_t count, EtValue* results, int32_t capacity, int32_t* produced) {
  return guarded([&] {
    auto& handle = static_cast<Operator*>(op)->handle;
    const auto& declared = handle.schema().arguments();
    TORCH_CHECK(count <= static_cast<int32_t>(declared.size()), "too many arguments: ", count, " given, ", declared.size(), " declared");
    torch::jit::Stack stack;
    stack.reserve(declared.size());
    for (size_t k = 0; k < declared.size(); k++) {
      if (static_cast<int32_t>(k) < count && arguments[k].tag != ET_DEFAULT) {
        stack.push_back(convert(arguments[k], *declared[k].type(), declared[k]));
      } else {
        TORCH_CHECK(declared[k].default_value().has_value(), "argument '", declared[k].name(), "' has no default and was not given");
        stack.push_back(*declared[k].default_value());
      }
    }
    handle.callBoxed(&stack);
    TORCH_CHECK(static_cast<int32_t>(stack.size()) <= capacity, "more results than expected: ", stack.size());
    *produced = static_cast<int32_t>(stack.size());
    for (size_t k = 0; k < stack.size(); k++) results[k] = result(stack[k]);
  });
}

ET_API void et_free_tensor(void* p) {
  if (p) c10::raw::intrusive_ptr::decref(static_cast<at::TensorImpl*>(p));
}

ET_API void et_free_array(void* p) { std::free(p); }
ET_API void et_free_opaque(void* p) { delete static_cast<c10::IValue*>(p); }

// A tensor over memory that the caller keeps alive until `deleter(context)` runs (on whatever thread drops the last reference).
ET_API int32_t et_from_memory(void* data, const int64_t* sizes, int32_t dimensions, int32_t dtype, void (*deleter)(void*), void* context, void** out) {
  return guarded([&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
    at::IntArrayRef shape(sizes, dimensions);
    *out = release(deleter ? at::from_blob(data, shape, [deleter, context](void*) { deleter(context); }, options)
                           : at::from_blob(data, shape, options));
  });
}

ET_API int32_t et_tensor_info(void* p, EtTensorInfo* info, int64_t* sizes, int64_t* strides, int32_t capacity) {
  return guarded([&] {
    auto t = borrow(p);
    TORCH_CHECK(t.dim() <= capacity, "a tensor of ", t.dim(), " dimensions");
    info->dimensions = static_cast<int32_t>(t.dim());
    info->elements = t.numel();
    info->dtype = static_cast<int32_t>(t.scalar_type());
    info->deviceType = static_cast<int32_t>(t.device().type());
    info->deviceIndex = t.device().index();
    bool readable = t.layout() == at::kStrided && t.device().is_cpu();
    info->contiguous = readable && t.is_contiguous();
    info->data = readable ? t.data_ptr() : nullptr;
    info->requiresGrad = t.requires_grad();
    for (int64_t k = 0; k < t.dim(); k++) {
      sizes[k] = t.size(k);
      if (strides) strides[k] = t.layout() == at::kStrided ? t.stride(k) : 0;
    }
  });
}

ET_API int32_t et_set_requires_grad(void* p, int32_t on) {
  return guarded([&] { borrow(p).set_requires_grad(on != 0); });
}

// Another storage behind the same tensor: how a parameter moves to a device while layers and optimisers keep its handle.
ET_API int32_t et_set_data(void* p, void* data) {
  return guarded([&] { borrow(p).set_data(borrow(data)); });
}

// The gradient of a leaf, or null where none has been computed.
ET_API int32_t et_get_grad(void* p, void** out) {
  return guarded([&] { *out = release(borrow(p).grad()); });
}

ET_API int32_t et_set_grad(void* p, void* gradient) {
  return guarded([&] { borrow(p).mutable_grad() = gradient ? borrow(gradient) : at::Tensor(); });
}

ET_API int32_t et_backward(void* const* roots, void* const* gradients, int32_t n, int32_t retainGraph, int32_t createGraph) {
  return guarded([&] { torch::autograd::backward(tensors(roots, n), gradients ? tensors(gradients, n) : std::vector<at::Tensor>{}, retainGraph != 0, createGraph != 0); });
}

ET_API int32_t et_grad(void* const* outputs, void* const* gradients, int32_t outputCount, void* const* inputs, int32_t inputCount, int32_t retainGraph, int32_t createGraph, void** out) {
  return guarded([&] {
    auto list = torch::autograd::grad(tensors(outputs, outputCount), tensors(inputs, inputCount),
                                      gradients ? tensors(gradients, outputCount) : std::vector<at::Tensor>{},
                                      retainGraph != 0, createGraph != 0, /*allow_unused=*/true);
    for (size_t k = 0; k < list.size(); k++) out[k] = release(list[k]);
  });
}

// Grad mode is a thread's own. Returns what it was.
ET_API int32_t et_set_grad_mode(int32_t on) {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(on != 0);
  return before;
}

ET_API void* et_enter_inference_mode() { return new c10::InferenceMode(true); }
ET_API void et_leave_inference_mode(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

ET_API int32_t et_get_threads() { return at::get_num_threads(); }
ET_API int32_t et_set_threads(int32_t threads) {
  return guarded([&] { at::set_num_threads(threads); });
}

ET_API int32_t et_cuda_devices() {
  int32_t n = 0;
  guarded([&] { n = at::hasCUDA() ? static_cast<int32_t>(at::detail::getCUDAHooks().getNumGPUs()) : 0; });
  return n;
}

// libtorch's own description of how it was built and which BLAS and parallel back ends it has.
ET_API const char* et_build_description() {
  static std::string text;
  guarded([&] { text = at::show_config() + at::get_parallel_info(); });
  return text.c_str();
}
