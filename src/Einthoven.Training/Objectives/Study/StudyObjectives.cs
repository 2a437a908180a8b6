// The study's four masked objectives: joint-embedding prediction, data2vec, DinoSR and balanced k-means targets.
// Source: Al-Masud and Strodthoff, "Pretraining strategies and scaling for ECG foundation models", arXiv 2605.12241. Its fifth is CpcObjective.
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives.Study;

/// <summary>Settings of the four; the defaults are the published ones.</summary>
public sealed record TeacherOptions
{
    /// <summary>How slowly the teacher follows after each update.</summary>
    public double Momentum { get; init; } = 0.9996;

    /// <summary>How slowly at the end of the run, reached in a straight line; null: as at first.</summary>
    public double? LastMomentum { get; init; }

    /// <summary>What data2vec, DinoSR and k-means hide.</summary>
    public MidpointSpans Spans { get; init; } = new();

    /// <summary>What joint-embedding prediction hides and predicts.</summary>
    public MultiBlockMasking Blocks { get; init; } = new();

    /// <summary>Layers of the teacher that data2vec averages, from the top.</summary>
    public int TopLayers { get; init; } = 2;

    /// <summary>DinoSR's codes.</summary>
    public int Codes { get; init; } = 256;

    /// <summary>Centres of each codebook of k-means.</summary>
    public IReadOnlyList<int> Centres { get; init; } = [128, 256];

    /// <summary>Whether it follows at all. The published program's never does, by a slip in its names.</summary>
    public bool Follows { get; init; } = true;

    /// <summary>Whether its outputs have dropout and batch statistics, as the published program's have.</summary>
    public bool TeacherDropout { get; init; }
}

/// <summary>A student that predicts what a teacher makes of positions it does not see. The sample size is the number of windows.</summary>
public abstract class TeacherObjective(MaskedStudent network, Module trained, TeacherOptions options) : IObjective
{
    private long _followedAt;

    /// <inheritdoc/>
    public Module Network => trained;

    /// <summary>The term's name in the log.</summary>
    private protected abstract string Term { get; }

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(trained);
        // After an update is before the next: once, however many micro-batches an update has.
        if (context.Training && options.Follows && context.Updates > _followedAt)
        {
            network.FollowStudent(MomentumAt(context));
            _followedAt = context.Updates;
        }

        using Scope scope = new();
        Device device = batch.Windows.Device;
        Tensor? counted = null;
        StudentPass pass = network.Forward(
            batch.Windows,
            (rows, positions) =>
            {
                (Tensor hidden, counted) = Hide(rows, positions, device, context.Random);
                // It is needed after the pass, whose scopes end.
                Scope.Release(counted);
                return hidden;
            },
            options.TeacherDropout && context.Training ? context.Random : null);
        using Tensor targets = counted ?? throw new InvalidOperationException("The network hid nothing.");
        long windows = batch.Windows.Size(0);
        Tensor loss = Loss(pass, targets, context) * windows;
        return new([new(Term, scope.Keep(loss))], windows, new Dictionary<string, double> { ["target_spread"] = TargetSpread.Of(pass.Teacher) });
    }

    /// <summary>What is hidden, [rows, positions], and how often each position counts as a target. Here spans count where they are hidden.</summary>
    private protected virtual (Tensor Hidden, Tensor Counted) Hide(int rows, int positions, Device device, IRandomSource random)
    {
        float[] masked = [.. Enumerable.Range(0, rows).SelectMany(_ => options.Spans.Draw(positions, random)).Select(m => m ? 1f : 0)];
        Tensor hidden = Tensor.From(masked, rows, positions).To(device);
        return (hidden, hidden);
    }

    /// <summary>The mean loss of a batch.</summary>
    private protected abstract Tensor Loss(StudentPass pass, Tensor counted, ObjectiveContext context);

    private double MomentumAt(ObjectiveContext context) => options.LastMomentum is { } last && context.TotalUpdates > 0
        ? JepaCourses.Linear(context.Updates, context.TotalUpdates, options.Momentum, last)
        : options.Momentum;

    /// <inheritdoc/>
    public void Dispose()
    {
        trained.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Term <c>jepa</c>: the teacher's output in target blocks, seen from a context block.</summary>
public sealed class BlockJepaObjective(MaskedStudent network, TeacherOptions options) : TeacherObjective(network, network, options)
{
    private static readonly TeacherTargets s_targets = new();
    private readonly MultiBlockMasking _masking = options.Blocks;

    private protected override string Term => "jepa";

    private protected override (Tensor Hidden, Tensor Counted) Hide(int rows, int positions, Device device, IRandomSource random)
    {
        MultiBlockMask mask = _masking.Draw(rows, positions, random);
        return (mask.HiddenOn(device), mask.TargetCounts(device));
    }

    private protected override Tensor Loss(StudentPass pass, Tensor counted, ObjectiveContext context) =>
        RegressionLosses.Jepa(pass.Student, s_targets.Make([pass.Teacher]), counted);
}

/// <summary>Term <c>data2vec</c>: the mean of the teacher's last layers at hidden positions.</summary>
public sealed class Data2VecObjective(MaskedStudent network, TeacherOptions options) : TeacherObjective(network, network, options)
{
    private readonly TeacherTargets _targets = new() { TopLayers = options.TopLayers, NormalizeResult = false };

    private protected override string Term => "data2vec";

    private protected override Tensor Loss(StudentPass pass, Tensor counted, ObjectiveContext context) =>
        RegressionLosses.Data2Vec(pass.Student, _targets.Make(pass.TeacherLayers), counted);
}

/// <summary>A student and codebooks that learn beside it. Names: those of the student, codebooks.K.*.</summary>
public sealed class CodedStudent<T> : Module where T : Module
{
    /// <summary>Takes both over.</summary>
    public CodedStudent(MaskedStudent student, IReadOnlyList<T> codebooks)
    {
        Student = Child("", student);
        Codebooks = [.. codebooks.Select((codebook, k) => Child($"codebooks.{k}", codebook))];
    }

    /// <summary>The student, its head as wide as all codebooks together.</summary>
    public MaskedStudent Student { get; }

    /// <summary>The codebooks.</summary>
    public IReadOnlyList<T> Codebooks { get; }
}

/// <summary>Term <c>dinosr</c>: the nearest code of the teacher's output at hidden positions; one codebook, as the published run has.</summary>
public sealed class DinoSrObjective(CodedStudent<OnlineCodebook> network, TeacherOptions options) : TeacherObjective(network.Student, network, options)
{
    private static readonly TeacherTargets s_targets = new() { NormalizeResult = false };
    private readonly OnlineCodebook _codebook = network.Codebooks[0];

    private protected override string Term => "dinosr";

    private protected override Tensor Loss(StudentPass pass, Tensor counted, ObjectiveContext context)
    {
        Tensor rows = s_targets.Make([pass.Teacher]).Flatten(0, 1);
        Tensor codes = _codebook.Assign(rows, context.Training).View(counted.Size(0), counted.Size(1));
        return CodeLosses.CrossEntropy(pass.Student, [codes], [(int)_codebook.Codes.Size(0)], counted);
    }
}

/// <summary>Term <c>soft_codes</c>: balanced soft assignments of the teacher's output to the centres of spherical k-means, summed over codebooks.</summary>
public sealed class SoftCodeObjective(CodedStudent<SphericalKMeans> network, TeacherOptions options) : TeacherObjective(network.Student, network, options)
{
    private static readonly SoftCodeLosses s_losses = new();
    private static readonly CosineTemperature s_temperature = new(0.5, 0.1, 200);
    private readonly IReadOnlyList<SphericalKMeans> _codebooks = network.Codebooks;

    private protected override string Term => "soft_codes";

    private protected override Tensor Loss(StudentPass pass, Tensor counted, ObjectiveContext context)
    {
        Tensor rows = pass.Teacher.Flatten(0, 1);
        Tensor? total = null;
        long offset = 0;
        foreach (SphericalKMeans codebook in _codebooks)
        {
            long centres = codebook.Centres.Size(0);
            Tensor targets = codebook.Assign(rows, context.Training, context.Random).View(counted.Size(0), counted.Size(1), centres);
            Tensor loss = s_losses.Compute(pass.Student.Narrow(2, offset, centres), targets, counted, s_temperature.At(context.Updates)).Total();
            total = total is null ? loss : total + loss;
            offset += centres;
        }

        return total ?? throw new ArgumentException("There are no codebooks.");
    }
}
