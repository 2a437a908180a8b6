// libtorch's own process groups for .NET: Gloo on CPUs, NCCL where this libtorch has CUDA. A library of its own, loaded only by
// runs of several processes.
#include "bridge.h"
#include "boundary.h"

#ifndef USE_C10D_GLOO
#define USE_C10D_GLOO
#endif
#include <ATen/ATen.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/version.h>
#ifdef ET_NCCL
#define USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <chrono>
#include <string>
#include <vector>

namespace {

#if TORCH_VERSION_MAJOR >= 2
using GroupBase = c10d::Backend;
#else
using GroupBase = c10d::ProcessGroup;
#endif

struct Group {
  c10::intrusive_ptr<GroupBase> group;
  bool cuda;
};

}  // namespace

ET_API int32_t et_distributed_abi_version() { return ET_ABI_VERSION; }
ET_API const char* et_distributed_last_error() { return lastError.c_str(); }

ET_API int32_t et_distributed_has_nccl() {
#ifdef ET_NCCL
  return 1;
#else
  return 0;
#endif
}

// Meets the other ranks at address:port (rank 0 listens there) and forms the group. networkInterface: null or empty for the default.
ET_API int32_t et_group_create(int32_t rank, int32_t size, const char* address, int32_t port, int32_t timeoutSeconds, int32_t cuda, const char* networkInterface, void** out) {
  return guarded([&] {
    c10d::TCPStoreOptions storeOptions;
    storeOptions.port = static_cast<uint16_t>(port);
    storeOptions.isServer = rank == 0;
    storeOptions.numWorkers = size;
    storeOptions.waitWorkers = true;
    storeOptions.timeout = std::chrono::seconds(60);
    auto store = c10::make_intrusive<c10d::TCPStore>(address, storeOptions);
    if (cuda) {
#ifdef ET_NCCL
      auto options = c10d::ProcessGroupNCCL::Options::create();
      options->timeout = std::chrono::seconds(timeoutSeconds);
      *out = new Group{c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options), true};
#else
      TORCH_CHECK(false, "this libtorch was built into the bridge without NCCL");
#endif
      return;
    }
    auto options = c10d::ProcessGroupGloo::Options::create(std::chrono::seconds(timeoutSeconds));
    options->devices.push_back(networkInterface && *networkInterface ? c10d::ProcessGroupGloo::createDeviceForInterface(networkInterface)
                                                                     : c10d::ProcessGroupGloo::createDefaultDevice());
    options->threads = 2;
    *out = new Group{c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options), false};
  });
}

// Sums a tensor over all ranks, in place.
ET_API int32_t et_group_sum(void* p, void* tensor) {
  return guarded([&] {
    std::vector<at::Tensor> tensors{borrow(tensor)};
    static_cast<Group*>(p)->group->allreduce(tensors)->wait();
  });
}

// Copies rank `root`'s tensor to all ranks, in place.
ET_API int32_t et_group_broadcast(void* p, void* tensor, int32_t root) {
  return guarded([&] {
    std::vector<at::Tensor> tensors{borrow(tensor)};
    c10d::BroadcastOptions options;
    options.rootRank = root;
    static_cast<Group*>(p)->group->broadcast(tensors, options)->wait();
  });
}

ET_API int32_t et_group_barrier(void* p) {
  return guarded([&] { static_cast<Group*>(p)->group->barrier()->wait(); });
}

ET_API void et_group_free(void* p) {
  guarded([&] { delete static_cast<Group*>(p); });
}
