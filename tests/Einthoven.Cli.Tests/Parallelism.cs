// Every test is a process that computes on all cores: one at a time.

[assembly: CollectionBehavior(DisableTestParallelization = true)]
