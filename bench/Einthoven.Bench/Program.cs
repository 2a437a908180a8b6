// Every figure of docs/performance.md: dotnet run -c Release --project bench/Einthoven.Bench -- NAME
using Einthoven.Bench;

var benchmarks = new Dictionary<string, (string What, Action Run)>(StringComparer.Ordinal)
{
    ["evaluation"] = ("seconds for a report of PTB-XL's size with every interval", EvaluationSpeed.Run),
    ["operator"] = ("one tiny operator from C# beside Python's torch, same machine, same run", OperatorCost.Run),
    ["feed"] = ("windows a second from a store, varied; opening a store of 1.5 million recordings", FeedSpeed.Run),
    ["memory"] = ("resident memory and live tensors over 2,000 recordings", MemoryGrowth.Run),
    ["page"] = ("milliseconds a page as SVG, PDF and PNG on one core", PageSpeed.Run),
    ["simulate"] = ("ten-second 12-lead recordings a second that one core simulates", SimulationSpeed.Run),
    ["predict"] = ("windows a second and milliseconds an ECG of the embedded model", PredictSpeed.Run),
    ["wcr"] = ("a full-size pretraining step of ECG-FM beside the same arithmetic in Python's torch", WcrStep.Run),
};
if (args is [FeedSpeed.Measure, var store])
{
    FeedSpeed.MeasureLarge(store);
    return 0;
}
if (args is [var name] && benchmarks.TryGetValue(name, out (string What, Action Run) benchmark))
{
    Console.WriteLine($"{name}: {benchmark.What}");
    benchmark.Run();
    return 0;
}
Console.Error.WriteLine("usage: Einthoven.Bench NAME");
foreach ((string key, (string what, _)) in benchmarks) Console.Error.WriteLine($"  {key,-10} {what}");
return 2;
