// libtorch computes on all cores already, and tests count live tensors: one test at a time.

[assembly: CollectionBehavior(DisableTestParallelization = true)]
