// Every figure of docs/performance.md and docs/signals.md: dotnet run -c Release --project bench/Einthoven.Bench -- NAME [FOLDER]
using Einthoven.Bench;

var benchmarks = new Dictionary<string, (string What, Action Run)>(StringComparer.Ordinal)
{
    ["evaluation"] = ("seconds for a report of PTB-XL's size with every interval", EvaluationSpeed.Run),
    ["operator"] = ("one tiny operator from C# beside Python's torch, same machine, same run", OperatorCost.Run),
    ["feed"] = ("windows a second from a store, varied; opening a store of 1.5 million recordings", FeedSpeed.Run),
    ["memory"] = ("resident memory and live tensors over 2,000 recordings", MemoryGrowth.Run),
    ["net1d"] = ("ECGFounder's network, predicting and training, beside the same arithmetic in Python's torch", Net1DSpeed.Run),
    ["page"] = ("milliseconds a page as SVG, PDF and PNG on one core", PageSpeed.Run),
    ["simulate"] = ("ten-second 12-lead recordings a second that one core simulates", SimulationSpeed.Run),
    ["predict"] = ("windows a second and milliseconds an ECG of the embedded model", PredictSpeed.Run),
    ["samplers"] = ("what few-step samplers of the embedded generator lose against every step, from the same noise", SamplerError.Run),
    ["st-mem"] = ("a pretraining step of ST-MEM's base network beside the same arithmetic in Python's torch", StMemStep.Run),
    ["s4"] = ("inference and training of the S4 classifier beside the same arithmetic in Python's torch", NetworkSpeed.S4),
    ["xresnet"] = ("inference and training of xresnet1d101 beside the same arithmetic in Python's torch", NetworkSpeed.XResNet),
    ["sssd"] = ("a denoising step of full-size SSSD-ECG beside the same arithmetic in Python's torch", SssdSpeed.Run),
    ["wcr"] = ("a full-size pretraining step of ECG-FM beside the same arithmetic in Python's torch", WcrStep.Run),
};
var evaluations = new Dictionary<string, (string What, Action<string> Run)>(StringComparer.Ordinal)
{
    ["contracts"] = ("ECGFounder's three preparations of recordings in FOLDER, beside each other; a MODEL after FOLDER: its findings under each", ContractComparison.Run),
    ["dead-leads"] = ("the embedded models on PTB-XL in FOLDER with more and more leads dead", LeadLoss.Run),
    ["measure"] = ("milliseconds to delineate a recording of FOLDER", MeasureSpeed.Run),
    ["qrs-mitdb"] = ("beats beside the annotations of MIT-BIH excerpts in FOLDER", QrsEvaluation.MitBih),
    ["qrs-ludb"] = ("beats beside the marks of LUDB in FOLDER", QrsEvaluation.Ludb),
    ["delineation"] = ("edges of the waves beside the marks of LUDB in FOLDER", DelineationEvaluation.Run),
    ["quality"] = ("verdicts beside the labels of the Challenge 2011 in FOLDER", QualityEvaluation.Challenge),
    ["reversals"] = ("exchanged limb cables found among recordings of FOLDER", QualityEvaluation.Reversals),
    ["simulation-realism"] = ("how well simulated sinus rhythm can be told from that of FOLDER", SimulationRealism.Run),
    ["delineation-fit"] = ("fits the edge weights to the tuning half of LUDB in FOLDER", DelineationEvaluation.Fit),
};
switch (args)
{
    case [FeedSpeed.Measure, var store]:
        FeedSpeed.MeasureLarge(store);
        return 0;
    case [var name] when benchmarks.TryGetValue(name, out (string What, Action Run) benchmark):
        Console.WriteLine($"{name}: {benchmark.What}");
        benchmark.Run();
        return 0;
    case ["contracts", var folder, var model]:
        ContractComparison.Run(folder, model);
        return 0;
    case [var name, var folder] when evaluations.TryGetValue(name, out (string What, Action<string> Run) evaluation):
        evaluation.Run(folder);
        return 0;
}
Console.Error.WriteLine("usage: Einthoven.Bench NAME [FOLDER [MODEL]]");
foreach ((string key, (string what, _)) in benchmarks) Console.Error.WriteLine($"  {key,-16} {what}");
foreach ((string key, (string what, _)) in evaluations) Console.Error.WriteLine($"  {key,-16} {what}");
return 2;
