// The pretraining network of the study's masked objectives: a student that sees part of the positions, a head, and a teacher that sees all.
// Source: Al-Masud and Strodthoff, "Pretraining strategies and scaling for ECG foundation models", arXiv 2605.12241.
using Einthoven.Models.EcgCpc;
using Einthoven.Models.Jepa;
using Einthoven.Models.S4;
using Einthoven.Torch;

namespace Einthoven.Models;

/// <summary>The head behind the student, which only the loss sees.</summary>
public enum StudentHead
{
    /// <summary>A bidirectional S4 layer and a linear map: joint-embedding prediction, data2vec, DinoSR.</summary>
    StateSpace,

    /// <summary>Two linear maps with ReLU between: soft k-means targets, and everything on a vision transformer.</summary>
    Linear,
}

/// <summary>What a pass gave.</summary>
/// <param name="Student">The head's output, [windows, positions, outputs].</param>
/// <param name="Teacher">The teacher's output on the whole window, [windows, positions, width], without gradient.</param>
/// <param name="TeacherLayers">Its S4 layers' own outputs, before residual and norm, from the lowest to the top.</param>
public sealed record StudentPass(Tensor Student, Tensor Teacher, IReadOnlyList<Tensor> TeacherLayers);

/// <summary>Puts a learned vector in the place of hidden positions.</summary>
public static class HiddenPositions
{
    /// <summary>[batch, positions, width] with a vector [width] where hidden [batch, positions] is 1.</summary>
    public static Tensor Replace(Tensor sequence, Tensor hidden, Tensor vector) => Tensor.Where(hidden.Gt(0.5).Unsqueeze(2), vector, sequence);
}

/// <summary>
/// Names: ts_encoder.* or encoder.* (the student, as <see cref="EcgCpcClassifier"/> and <see cref="JepaClassifier"/> take it over), mask_vector
/// [width], head_ssl.*, teacher.* (all buffers).
/// </summary>
public sealed class MaskedStudent : Module
{
    private const int HeadStates = 64;
    private readonly MaskableEncoder _student;
    private readonly Tensor _maskVector;
    private readonly S4Stack? _stack;
    private readonly Linear? _hidden;
    private readonly Linear _output;
    private readonly MovingCopy<MaskableEncoder> _teacher;
    private readonly bool _copies;

    /// <summary>Builds it on the study's backbone, with zero weights.</summary>
    /// <param name="config">Sizes; published: bidirectional, an internal length of 300.</param>
    /// <param name="head">What is behind the student.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="teacherIsCopy">
    /// Whether the teacher begins as a copy. False: with weights of its own, as the published program does by a slip in its names.
    /// </param>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public MaskedStudent(EcgCpcConfig config, StudentHead head, int outputs, bool teacherIsCopy = true)
        : this(
            "ts_encoder", () => new EcgCpcEncoder(config), config.Width,
            head == StudentHead.Linear ? null : () => new S4Stack(1, config.Width, HeadStates, config.InternalLength, bidirectional: true, preNorm: false, config.Dropout),
            outputs, teacherIsCopy)
    {
    }

    /// <summary>Builds it on a vision transformer, with zero weights.</summary>
    /// <param name="config">Sizes.</param>
    /// <param name="outputs">Outputs of the head, which is linear.</param>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public MaskedStudent(JepaConfig config, int outputs)
        : this("encoder", () => new JepaEncoder(config), config.Width, null, outputs, true)
    {
    }

    private MaskedStudent(string name, Func<MaskableEncoder> create, int width, Func<S4Stack>? stack, int outputs, bool teacherIsCopy)
    {
        _copies = teacherIsCopy;
        _maskVector = Parameter("mask_vector", width);
        _student = Child(name, create());
        if (stack is not null) _stack = Child("head_ssl", stack());
        else _hidden = Child("head_ssl.hidden", new Linear(width, width));
        _output = Child("head_ssl.output", new Linear(width, outputs));
        _teacher = Child("teacher", new MovingCopy<MaskableEncoder>(_student, create()));
    }

    /// <summary>Type of the products between channels.</summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>teacher ← momentum · teacher + (1 − momentum) · student; running statistics are copied.</summary>
    public void FollowStudent(double momentum) => _teacher.Follow(momentum);

    /// <summary>Windows [windows, leads, samples] → what the student makes of them whole, [windows, positions, width].</summary>
    public Tensor Encode(Tensor windows) => _student.Contextualize(windows, ComputeType);

    /// <summary>Windows [windows, leads, samples] → what student and teacher make of them.</summary>
    /// <param name="windows">Float32.</param>
    /// <param name="hide">Which positions the student does not see, float32 [windows, positions], 1 where hidden; given windows and positions.</param>
    /// <param name="teacherNoise">Whence the teacher draws dropout, with batch statistics, as the published program has it; null: neither.</param>
    public StudentPass Forward(Tensor windows, Func<int, int, Tensor> hide, IRandomSource? teacherNoise = null)
    {
        using var scope = new Scope();
        (Tensor taught, Tensor[] layers) = Teach(windows, teacherNoise);
        Tensor student = _student.Contextualize(windows, ComputeType, sequence =>
            HiddenPositions.Replace(sequence, hide((int)sequence.Size(0), (int)sequence.Size(1)), _maskVector));
        Tensor x = _stack is { } stack ? stack.Forward(student, ComputeType) : _hidden!.Forward(student).Relu();
        Tensor output = _output.Forward(x);
        foreach (Tensor layer in layers) scope.Keep(layer);
        return new(scope.Keep(output), scope.Keep(taught), layers);
    }

    private (Tensor Output, Tensor[] Layers) Teach(Tensor windows, IRandomSource? noise)
    {
        using GradModeGuard noGrad = GradMode.Off();
        if (noise is null) _teacher.Network.Eval();
        else _teacher.Network.Train(noise);
        List<Tensor> layers = [];
        Tensor output = _teacher.Network.Contextualize(windows, ComputeType, layerOutputs: layers);
        return (output, [.. layers]);
    }

    /// <summary>The mask vector standard normal; the teacher as the student, or with a start of its own.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        _maskVector.CopyFrom(random.NormalTensor(_maskVector.Shape));
        if (_copies) FollowStudent(0);
        else _teacher.Network.Initialize(random);
    }
}
