// What every library here does at the border between C++ and C: exceptions become a status and a text, pointers become tensors.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <exception>
#include <string>

namespace {

thread_local std::string lastError;

// C++ exceptions never cross the C boundary: every exported function runs its body through this.
template <typename Body>
int32_t guarded(Body&& body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error& e) {
    lastError = e.what_without_backtrace();
  } catch (const std::exception& e) {
    lastError = e.what();
  } catch (...) {
    lastError = "unknown C++ exception";
  }
  return -1;
}

// A tensor of the caller's: its reference count is left as it is when ours goes.
at::Tensor borrow(void* p) {
  TORCH_CHECK(p != nullptr, "a tensor argument is null");
  return at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::unsafe_reclaim_from_nonowning(
      static_cast<at::TensorImpl*>(p)));
}

}  // namespace
