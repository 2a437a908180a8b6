// Calibration on probabilities that are known to be wrong in a known way.
using System.Text.Json;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;

namespace Einthoven.Training.Tests.Evaluating;

public sealed class PackageCalibrationTests
{
    [Theory]
    [InlineData(CalibrationMethod.Platt)]
    [InlineData(CalibrationMethod.Temperature)]
    public void Probabilities_that_are_too_sure_are_put_right_and_the_calls_stay(CalibrationMethod method)
    {
        // The truth follows σ(z); the model says σ(3z).
        ModelScores scores = Make(rows: 2000);
        PackageCalibration calibration = PackageCalibration.Of(scores, method);
        CalibratedLabel label = Assert.Single(calibration.Labels);
        Assert.InRange(label.Fit!.Slope, 0.28, 0.39);
        Assert.True(label.ErrorAfter < 0.04 && label.ErrorBefore > 0.1, $"{label.ErrorBefore} to {label.ErrorAfter}");
        Assert.True(label.BrierAfter < label.BrierBefore);
        ModelDescription after = calibration.Apply(scores.Model, "right", "data");
        double threshold = scores.Model.Labels[0].Threshold, moved = after.Labels[0].Threshold;
        Assert.All(scores.Values.Values, p => Assert.Equal(p[0] >= threshold, after.Labels[0].Calibration!.Of(p[0]) >= moved));
        Assert.Contains("| x | ", calibration.ToMarkdown("data"), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_recordings_are_refused() =>
        Assert.Contains("nothing to calibrate on", Assert.Throws<DatasetException>(() => PackageCalibration.Of(Make(rows: 12), CalibrationMethod.Platt)).Message, StringComparison.Ordinal);

    private static ModelScores Make(int rows)
    {
        var random = new PhiloxRandom(5);
        var z = new float[rows];
        var u = new float[rows];
        random.Normal(z);
        random.Uniform(u);
        var values = new Dictionary<ManifestRow, double[]>();
        for (int k = 0; k < rows; k++)
            values[new ManifestRow($"{k}", $"{k}.hea", $"p{k / 2}", "", [u[k] < 1 / (1 + Math.Exp(-z[k])) ? 1 : 0])] = [1 / (1 + Math.Exp(-3.0 * z[k]))];
        var model = new ModelDescription
        {
            Name = "m",
            Family = "f",
            Configuration = JsonSerializer.SerializeToElement(0),
            Input = SineData.Contract,
            Labels = [new ModelLabel { Name = "x", Threshold = 0.7 }],
        };
        return new ModelScores(model, LabelMatching.Of(model.Labels, ["x"]), values, []);
    }
}
