// S4's kernels: matrices, generator, gradients, length correction, stepping, rates; S4D.
using System.Text.Json;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class S4KernelKinds
{
    private static readonly Operator s_viewAsReal = new("aten::view_as_real");

    /// <summary>Dense matrices, kernel, convolution, loss and every gradient; the kernel of a shorter length from the same nodes.</summary>
    public static void Kernel(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        int length = config.GetProperty("length").GetInt32();
        using Scope scope = new();
        (S4System system, Tensor corrected, Dictionary<string, Tensor> leaves) = Load(golden, expected);
        foreach (Tensor leaf in leaves.Values) leaf.RequiresGrad = true;
        using (GradMode.Off()) Dense(system, corrected, length, expected, deviations);

        Tensor kernel = S4Generator.Kernel(system, corrected, length, length).To(ScalarType.Float32);
        Compare("kernel", kernel);
        if (expected.TryGet("kernel_naive", out CheckpointTensor? naive)) deviations.Compare("kernel_naive", "values", kernel.ToArray<double>(), kernel.Shape, naive);
        GoldenArray input = files.Input();
        Tensor u = Tensor.From(input.Floats, input.Shape);                                                          // [batch, H, L]
        u.RequiresGrad = true;
        Tensor y = LongConvolution.Apply(u.Transpose(1, 2), LongConvolution.Circular(kernel)).Transpose(1, 2);      // [batch, H, L]
        CheckpointTensor output = expected[golden.Array("output")!];
        deviations.Compare("convolution", "values", y.ToArray<double>(), y.Unsqueeze(1).Shape, output);
        Tensor loss = (y * Read(expected[golden.Array("cotangent")!]).Squeeze(1)).Sum();
        deviations.Compare("loss", "values", loss.Item(), expected["loss"].ToDoubles()[0]);
        loss.Backward();
        Gradient("u", u);
        foreach ((string name, Tensor leaf) in leaves) Gradient(name, leaf);

        if (golden.Array("short_kernel") is string shorter && config.GetProperty("short_length") is { ValueKind: JsonValueKind.Number } cut)
        {
            Tensor kept = S4Generator.Kernel(system, corrected, length, cut.GetInt32());
            deviations.Compare(shorter, "values", kept.ToArray<double>(), kept.Shape, expected[shorter]);
        }

        void Compare(string name, Tensor value) => deviations.Compare(name, "values", value.ToArray<double>(), value.Shape, expected[name]);

        void Gradient(string name, Tensor leaf) =>
            deviations.Compare($"gradient of {name}", "gradients", leaf.Grad!.ToArray<double>(), leaf.Shape, expected[$"grad.{name}"]);
    }

    /// <summary>C for twice the internal length, its kernel, and the kernel before.</summary>
    public static void Doubling(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        int length = golden.Config.GetProperty("length").GetInt32(), doubled = golden.Config.GetProperty("doubled_length").GetInt32();
        using Scope scope = new();
        (S4System system, Tensor corrected, _) = Load(golden, expected);
        Compare("kernel", S4Generator.Kernel(system, corrected, length, length));
        (Tensor output, int nodes) = (corrected, length);
        for (; nodes < doubled; nodes *= 2) output = system.DoubleLength(output, nodes);
        Compare("doubled_C", output);
        Compare("doubled_kernel", S4Generator.Kernel(system, output, nodes, doubled));

        void Compare(string role, Tensor value) => deviations.Compare(role, "values", value.ToArray<double>(), value.Shape, expected[golden.Array(role)!]);
    }

    /// <summary>The kernel of an odd internal length.</summary>
    public static void Odd(GoldenCase golden, GoldenFiles files, Deviations deviations) =>
        Single(golden, files, deviations, c => (c.GetProperty("length").GetInt32(), c.GetProperty("length").GetInt32(), 1));

    /// <summary>The kernel at another rate: from that many nodes, cut.</summary>
    public static void Rate(GoldenCase golden, GoldenFiles files, Deviations deviations) =>
        Single(golden, files, deviations, c => (c.GetProperty("nodes").GetInt32(), c.GetProperty("kept").GetInt32(), c.GetProperty("rate").GetDouble()));

    /// <summary>Recurrent stepping, state by state, and the convolution that equals it.</summary>
    public static void Step(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        int length = golden.Config.GetProperty("length").GetInt32(), steps = golden.Config.GetProperty("steps").GetInt32();
        using Scope scope = new();
        (S4System system, Tensor corrected, _) = Load(golden, expected);
        GoldenArray input = files.Input();
        Tensor u = Tensor.From(input.Floats, input.Shape);                                                          // [batch, H, steps]

        (Tensor output, int nodes) = (corrected, length);
        for (; nodes < steps; nodes *= 2) output = system.DoubleLength(output, nodes);
        Tensor kernel = S4Generator.Kernel(system, output, nodes, steps).To(ScalarType.Float32);
        Tensor convolved = LongConvolution.Apply(u.Transpose(1, 2), LongConvolution.Circular(kernel)).Transpose(1, 2);
        Compare("output", convolved);

        (Tensor stateMatrix, Tensor inputVector) = system.Discretize();                                             // [H, N, N], [H, N]
        Tensor plain = ToComplex(system.Uncorrect(corrected, length)).Squeeze(0);                                   // [H, n]
        Tensor signal = u.To(ScalarType.Complex128), states = signal.Narrow(2, 0, 1) * inputVector;                 // [batch, H, N]
        var (all, outputs) = (new List<Tensor>(), new List<Tensor>());
        for (int t = 0; t < steps; t++)
        {
            if (t > 0) states = stateMatrix.Matmul(states.Unsqueeze(3)).Squeeze(3) + (signal.Narrow(2, t, 1) * inputVector);
            Tensor half = states.Narrow(2, 0, system.Pairs);
            all.Add(s_viewAsReal.Call(half.Contiguous()));
            outputs.Add(s_viewAsReal.Call((half * plain).Sum([2])).Select(2, 0) * 2);
        }

        Compare("output", Tensor.Stack(outputs, 2));
        Tensor pairs = Tensor.Stack(all, 2);                                                                        // [batch, H, steps, n, 2]
        Compare("state_re", pairs.Select(4, 0));
        Compare("state_im", pairs.Select(4, 1));

        void Compare(string role, Tensor value) => deviations.Compare(role, "values", value.ToArray<double>(), value.Shape, expected[golden.Array(role)!]);
    }

    /// <summary>S4D's kernel and its gradients.</summary>
    public static void Diagonal(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        string rule = config.GetProperty("discretisation").GetString()!;
        using Scope scope = new();
        using S4DKernel kernel = new(
            config.GetProperty("channels").GetInt32(), config.GetProperty("state").GetInt32(),
            rule switch { "zoh" => Discretization.ZeroOrderHold, "bilinear" => Discretization.Bilinear, _ => throw new InvalidDataException($"the rule '{rule}' is none of cases.schema.md") });
        Weights.Load(kernel, golden, files);
        Tensor value = kernel.Forward(config.GetProperty("length").GetInt32()).Squeeze(0);
        deviations.Compare("kernel", "values", value.ToArray<double>(), value.Shape, expected[golden.Array("kernel")!]);
        (value * Read(expected[golden.Array("cotangent")!])).Sum().Backward();
        foreach ((string name, Tensor parameter) in kernel.NamedParameters())
            deviations.Compare($"gradient of {name}", "gradients", parameter.Grad!.ToArray<double>(), parameter.Shape, expected[golden.Array("gradients") + name]);
    }

    /// <summary>HiPPO-LegS and what does not depend on the phase of its eigenvectors.</summary>
    public static void HippoMatrices(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        foreach (int states in golden.Config.GetProperty("dense_states").EnumerateArray().Select(s => s.GetInt32()))
        {
            Compare(states, "A", [.. Hippo.StateMatrix(states).SelectMany(row => row)]);
            Compare(states, "B", Hippo.Input(states));
        }

        foreach (int states in golden.Config.GetProperty("states").EnumerateArray().Select(s => s.GetInt32()))
        {
            HippoForm form = Hippo.Diagonalize(states);
            Compare(states, "lambda_im", [.. form.Frequencies]);
            Compare(states, "absB", [.. form.B]);
            Compare(states, "absP", [.. form.P.Select(p => p.Magnitude)]);
            // The imaginary part of a real product is rounding; what it is small against is the product.
            System.Numerics.Complex[] products = [.. form.P.Select((p, k) => System.Numerics.Complex.Conjugate(p) * form.B[k])];
            Compare(states, "PconjB_re", [.. products.Select(p => p.Real)]);
            double largest = products.Max(p => p.Magnitude);
            double[] imaginary = expected[$"N{states}.PconjB_im"].ToDoubles();
            for (int k = 0; k < products.Length; k++)
                deviations.Within($"N{states}.PconjB_im[{k}]", products[k].Imaginary, imaginary[k], golden.Tolerance("values").Bound(largest, largest));
        }

        void Compare(int states, string name, double[] actual) => deviations.Compare($"N{states}.{name}", "values", actual, expected[$"N{states}.{name}"].ToDoubles());
    }

    private static void Single(GoldenCase golden, GoldenFiles files, Deviations deviations, Func<JsonElement, (int Nodes, int Kept, double Rate)> read)
    {
        using Scope scope = new();
        (S4System system, Tensor corrected, _) = Load(golden, files.Tensors());
        (int nodes, int kept, double rate) = read(golden.Config);
        Tensor kernel = S4Generator.Kernel(system, corrected, nodes, kept, rate);
        deviations.Compare("kernel", "values", kernel.ToArray<double>(), kernel.Shape, files.Tensors()[golden.Array("kernel")!]);
    }

    private static void Dense(S4System system, Tensor corrected, int length, SafeTensorsFile expected, Deviations deviations)
    {
        (Tensor stateMatrix, Tensor input) = system.Discretize();
        Compare("A", system.Matrix());
        Compare("dA", stateMatrix);
        Compare("dB", input);
        Tensor output = ToComplex(system.Uncorrect(corrected, length));                                             // [channels, H, n]
        Compare("C", Tensor.Cat([output, new Operator("aten::conj_physical").Call(output)], 2));

        void Compare(string name, Tensor value)
        {
            Tensor pairs = s_viewAsReal.Call(value.Contiguous());
            foreach ((string part, int index) in new[] { ("re", 0), ("im", 1) })
            {
                Tensor half = pairs.Select(pairs.Dim - 1, index);
                deviations.Compare($"dense.{name}_{part}", "values", half.ToArray<double>(), half.Shape, expected[$"dense.{name}_{part}"]);
            }
        }
    }

    private static (S4System System, Tensor Corrected, Dictionary<string, Tensor> Leaves) Load(GoldenCase golden, SafeTensorsFile file)
    {
        Dictionary<string, Tensor> leaves = new[] { "log_dt", "w", "P", "Q", "B", "C" }.ToDictionary(n => n, n => Read(file[golden.Prefix + n]));
        return (new S4System(leaves["log_dt"], leaves["w"], leaves["P"], leaves["Q"], leaves["B"]), leaves["C"], leaves);
    }

    private static Tensor Read(CheckpointTensor tensor) => Tensor.From(tensor.ToFloats(), tensor.Shape);

    private static Tensor ToComplex(Tensor pairs) => new Operator("aten::view_as_complex").Call(pairs.To(ScalarType.Float64).Contiguous());
}
