// Prediction: order, batches, repeatability, memory, and the code sample of the documents.

using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Models.SeResNet;
using Einthoven.Models.Tests.Contracts;
using Einthoven.Models.Tests.Packages;
using Einthoven.Signals;
using Einthoven.Torch;

namespace Einthoven.Models.Tests;

public sealed class EcgModelTests
{
    [Fact]
    public void The_code_sample_of_the_documents_runs()
    {
        using var small = new SmallModel(withCheck: false);
        string file = Path.Combine(small.Root, "patient.csv");
        File.WriteAllLines(file, ["time_s,I (mV),V1 (mV)", .. Records.Sine(200, 1, 0).Select((value, t) => FormattableString.Invariant($"{t / 100.0},{value},{0.5 * value}"))]);

        EcgRecord ecg = EcgRecord.Read(file, TestContext.Current.CancellationToken);
        using EcgModel model = EcgModel.Load(small.Folder);
        Prediction prediction = model.Predict(ecg);
        var lines = new List<string>();
        foreach (Finding finding in prediction.Findings) lines.Add($"{finding.Label}: {finding.Probability:P1}");

        Assert.Equal(prediction.Labels.Count(finding => finding.IsPositive), lines.Count);
        Assert.Equal(4, prediction.Windows);
        Assert.Equal(("small", "se-resnet", "cpu"), (prediction.Provenance.Model, prediction.Provenance.Family, prediction.Provenance.Device));
    }

    [Fact]
    public void Two_runs_give_the_same_bits_and_every_batch_size_the_same_values_in_the_same_order()
    {
        using var small = new SmallModel(withCheck: false);
        using EcgModel model = EcgModel.Load(small.Folder);
        EcgRecord[] records = [.. Enumerable.Range(1, 20).Select(k => Records.Of(100, ("I", Records.Sine(50 + (37 * (k % 5)), k, 0)), ("V1", Records.Sine(50 + (37 * (k % 5)), 1, k))))];

        double[][] one = Probabilities(1);
        double[][] many = Probabilities(32);
        Assert.Equal(many, Probabilities(32));
        Assert.Equal(one, Probabilities(1));
        for (int record = 0; record < records.Length; record++)
        {
            for (int label = 0; label < 3; label++)
                Assert.Equal(one[record][label], many[record][label], 1e-5);
        }

        Assert.True(one.Select(row => row[0]).Distinct().Count() > 15, "different recordings give different probabilities");

        double[][] Probabilities(int batch) => [.. model.PredictMany(records, batch).Select(prediction => prediction.Labels.Select(finding => finding.Probability).ToArray())];
    }

    [Fact]
    public void Windows_are_aggregated_as_each_label_says()
    {
        ModelLabel mean = new() { Name = "mean" };
        ModelLabel max = new() { Name = "max", Aggregation = Aggregation.Max, Threshold = 0.9 };
        Finding[] findings = NetworkOutputs.Probabilities([mean, max], [0f, 0f, MathF.Log(3), MathF.Log(9)]); // probabilities 1/2 1/2, 3/4 9/10

        Assert.Equal(0.625, findings[0].Probability, 1e-7);
        Assert.Equal(0.9, findings[1].Probability, 1e-7);
        Assert.True(findings[0].IsPositive);
    }

    [Fact]
    public void An_output_that_is_not_a_number_is_an_error_not_a_finding()
    {
        Assert.Throws<ArithmeticException>(() => NetworkOutputs.Probabilities([new ModelLabel { Name = "x" }], [float.NaN]));
    }

    [Fact]
    public void Predicting_leaves_no_tensor_behind()
    {
        using var small = new SmallModel(withCheck: false);
        // What earlier tests left to the collector must not go while this one counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.LiveCount;
        using (EcgModel model = EcgModel.Load(small.Folder))
        {
            long loaded = Tensor.LiveCount;
            foreach (Prediction _ in model.PredictMany(Enumerable.Repeat(Records.Sines(100, 100, "I", "V1"), 50), 8))
                Assert.Equal(loaded, Tensor.LiveCount);
        }

        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void The_recorded_check_agrees_and_names_the_first_stage_that_a_changed_weight_moves()
    {
        using var small = new SmallModel();
        using ModelPackage package = ModelPackage.Open(small.Folder);
        using EcgModel model = EcgModel.Load(package);
        using Torch.Checkpoints.SafeTensorsFile check = package.OpenCheck();

        IReadOnlyList<StageComparison> stages = ModelCheck.Verify(model, check);
        Assert.All(stages, stage => Assert.True(stage.Agrees, stage.ToString()));
        Assert.Equal("windows", stages[0].Stage);
        Assert.Equal("probabilities", stages[^1].Stage);

        Tensor weight = model.Network.NamedParameters().First(entry => entry.Name.StartsWith("stages.1.0.first", StringComparison.Ordinal)).Tensor;
        using (GradMode.Off())
            weight.FillInPlace(0.3);
        Assert.Equal("stage.block1", ModelCheck.Verify(model, check).First(stage => !stage.Agrees).Stage);
    }

    [Fact]
    public void A_configuration_of_another_family_is_refused()
    {
        using var network = new SeResNetwork(SmallModel.Config);
        ModelDescription wrong = SmallModel.Description with { Configuration = System.Text.Json.JsonDocument.Parse("""{"dilations":[1]}""").RootElement };
        Assert.Throws<ModelPackageException>(() => EcgModel.Create(wrong, ModelPackage.WeightsOf(network)));
        Assert.Throws<ModelPackageException>(() => EcgModel.Create(SmallModel.Description with { Family = "none" }, []));
    }

    [Fact]
    public void A_run_goes_on_after_broken_files_and_names_each_with_its_reason()
    {
        using var small = new SmallModel(withCheck: false);
        using EcgModel model = EcgModel.Load(small.Folder);
        string good = Path.Combine(small.Root, "good.csv");
        string broken = Path.Combine(small.Root, "broken.hea");
        string foreign = Path.Combine(small.Root, "foreign.csv");
        File.WriteAllLines(good, ["I (mV),V1 (mV)", .. Records.Sine(100, 1, 0).Select(value => FormattableString.Invariant($"{value},{0.5 * value}"))]);
        File.WriteAllLines(foreign, ["V5 (mV),V6 (mV)", .. Records.Sine(100, 1, 0).Select(value => FormattableString.Invariant($"{value},{0.5 * value}"))]);
        File.WriteAllText(broken, "broken 12 x");
        EcgInput[] inputs = [new(good), new(broken), new(foreign), new(Path.Combine(small.Root, "absent.csv")), new(good)];

        var predicted = new List<string>();
        var failed = new List<string>();
        RunSummary summary = PredictionRun.Run(model, inputs, new EcgReadOptions { SamplingRateHz = 100 }, 2,
            prediction => predicted.Add(prediction.Record.Path), failure => failed.Add(failure.Path), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal([good, good], predicted);
        Assert.Equal([broken, foreign, inputs[3].Path], failed);
        Assert.Equal((2, 4, 3), (summary.Records, summary.Windows, summary.Failures.Count));
        Assert.All(summary.Failures, failure => Assert.NotEmpty(failure.Reason));
    }

    [Fact]
    public void A_cancelled_run_keeps_what_it_had()
    {
        using var small = new SmallModel(withCheck: false);
        using EcgModel model = EcgModel.Load(small.Folder);
        string file = Path.Combine(small.Root, "good.csv");
        File.WriteAllLines(file, ["I (mV),V1 (mV)", .. Records.Sine(50, 1, 0).Select(value => FormattableString.Invariant($"{value},{0.5 * value}"))]);
        using var stop = new CancellationTokenSource();
        int seen = 0;
        RunSummary summary = PredictionRun.Run(model, [.. Enumerable.Repeat(new EcgInput(file), 500)], new EcgReadOptions { SamplingRateHz = 100 }, 1,
            _ =>
            {
                if (++seen == 3)
                    stop.Cancel();
            },
            _ => { }, cancellation: stop.Token);

        Assert.Equal(seen, summary.Records);
        Assert.InRange(seen, 3, 100);
    }

    [Fact]
    public void A_calibrated_label_has_its_probability_put_right()
    {
        var label = new ModelLabel { Name = "x", Calibration = new LabelCalibration(2, -1) };
        Assert.Equal(1 / (1 + Math.Exp(-((2 * Math.Log(3)) - 1))), NetworkOutputs.Probabilities([label], [MathF.Log(3)])[0].Probability, 1e-6);
        Assert.Equal(0, new LabelCalibration(1, 0).Of(0), 1e-11);
    }
}
