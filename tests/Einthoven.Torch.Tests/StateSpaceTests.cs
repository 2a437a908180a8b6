// State-space layers against their definition: recurrences and convolutions by plain loops in double precision.
using System.Numerics;

namespace Einthoven.Torch.Tests;

public sealed class StateSpaceTests
{
    [Theory]
    [InlineData(2, 16, 16)]
    [InlineData(4, 17, 17)]
    [InlineData(8, 40, 40)]
    [InlineData(8, 64, 21)]   // fewer samples than the internal length
    [InlineData(8, 12, 40)]   // more: doubled twice
    [InlineData(64, 50, 50)]
    public void A_kernel_equals_the_recurrence_of_its_system(int states, int internalLength, int length)
    {
        using var scope = new Scope();
        const int Channels = 3;
        var random = new PhiloxRandom(21, (ulong)states);
        S4System system = HippoSystem(Channels, states, random);
        Tensor plain = random.NormalTensor([2, Channels, states / 2, 2]);
        Tensor corrected = system.Correct(plain.To(ScalarType.Float64), internalLength);
        int nodes = internalLength;
        for (; nodes < length; nodes *= 2) corrected = system.DoubleLength(corrected, nodes);
        double[] actual = S4Generator.Kernel(system, corrected, nodes, length).ToArray<double>();

        double[] steps = system.LogStep.ToArray<double>();
        Complex[] output = Pairs(plain);
        for (int direction = 0; direction < 2; direction++)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                Complex[] c = [.. output.AsSpan(((direction * Channels) + channel) * (states / 2), states / 2)];
                double[] expected = Recurrence(states, Math.Exp(steps[channel]), c, length);
                double largest = expected.Max(Math.Abs);
                for (int l = 0; l < length; l++)
                    Assert.Equal(expected[l], actual[(((direction * Channels) + channel) * length) + l], 1e-5 * largest);
            }
        }
    }

    [Fact]
    public void The_form_of_Hippo_gives_back_the_matrix_and_its_input()
    {
        const int States = 10;
        HippoForm form = Hippo.Diagonalize(States);
        // The same resolvent Bᵀ(s − A)⁻¹B from the dense matrix and from the form, which fixes A and B up to a change of basis.
        foreach (Complex s in new Complex[] { new(1, 0), new(0.3, 7), new(2, -3) })
        {
            Complex[,] dense = new Complex[States, States];
            double[][] a = Hippo.StateMatrix(States);
            for (int i = 0; i < States; i++)
                for (int k = 0; k < States; k++) dense[i, k] = (i == k ? s : 0) - a[i][k];
            double[] b = Hippo.Input(States);
            Complex expected = Solve(dense, [.. b.Select(v => (Complex)v)]).Select((x, i) => x * b[i]).Aggregate((x, y) => x + y);
            Complex bb = 0, bp = 0, pb = 0, pp = 0;
            for (int k = 0; k < States / 2; k++)
            {
                foreach (int sign in new[] { 1, -1 })
                {
                    Complex p = sign > 0 ? form.P[k] : Complex.Conjugate(form.P[k]), r = 1 / (s - new Complex(-0.5, sign * form.Frequencies[k]));
                    (bb, bp, pb, pp) = (bb + (form.B[k] * r * form.B[k]), bp + (form.B[k] * r * p), pb + (Complex.Conjugate(p) * r * form.B[k]), pp + (Complex.Conjugate(p) * r * p));
                }
            }

            Assert.True((expected - (bb - (bp * pb / (1 + pp)))).Magnitude < 1e-10 * expected.Magnitude, $"at {s}");
        }
    }

    [Theory]
    [InlineData(1, 7, 5, 1)]
    [InlineData(3, 50, 20, 2)]
    [InlineData(2, 1, 3, 2)]
    [InlineData(4, 129, 33, 1)]
    public void A_long_convolution_is_the_sum_over_lags_with_its_gradients(int batch, int samples, int channels, int kernels)
    {
        using var scope = new Scope();
        var random = new PhiloxRandom(4);
        Tensor u = random.NormalTensor([batch, samples, channels]), k = random.NormalTensor([kernels, channels, samples]), weight = random.NormalTensor([batch, samples, channels]);
        u.RequiresGrad = true;
        k.RequiresGrad = true;
        Tensor y = LongConvolution.Apply(u, LongConvolution.Circular(k));
        (y * weight).Sum().Backward();

        (double[] signal, double[] kernel, double[] outer) = (u.ToArray<double>(), k.ToArray<double>(), weight.ToArray<double>());
        var (expected, signalGradient, kernelGradient) = (new double[signal.Length], new double[signal.Length], new double[kernel.Length]);
        for (int b = 0; b < batch; b++)
            for (int h = 0; h < channels; h++)
                for (int t = 0; t < samples; t++)
                    for (int s = 0; s < samples; s++)
                    {
                        int direction = s > t ? 1 : 0, lag = direction == 0 ? t - s : s - t - 1;
                        if (direction >= kernels) continue;
                        int to = (((b * samples) + t) * channels) + h, from = (((b * samples) + s) * channels) + h, at = (((direction * channels) + h) * samples) + lag;
                        expected[to] += kernel[at] * signal[from];
                        signalGradient[from] += kernel[at] * outer[to];
                        kernelGradient[at] += signal[from] * outer[to];
                    }

        Close(expected, y);
        Close(signalGradient, u.Grad!);
        Close(kernelGradient, k.Grad!);
    }

    [Theory]
    [InlineData(5, 250, 19)]   // an odd batch, channels that fill no vector
    [InlineData(2, 1000, 16)]
    [InlineData(4, 3, 40)]
    public void The_operator_of_the_bridge_equals_libtorchs_transforms(int batch, int samples, int channels)
    {
        using var scope = new Scope();
        var random = new PhiloxRandom(4);
        Assert.True(new Operator("einthoven::long_convolution").Exists, "the bridge is older than its source: build it");
        // Not contiguous, as a signal may arrive.
        Tensor u = random.NormalTensor([channels, samples, batch]), k = random.NormalTensor([LongConvolution.Size(samples), channels]);
        Tensor weight = random.NormalTensor([batch, samples, channels]);
        (Tensor fast, Tensor? fastSignal, Tensor? fastKernel) = Run(ScalarType.Float32);
        (Tensor exact, Tensor? exactSignal, Tensor? exactKernel) = Run(ScalarType.Float64);
        Close(exact.ToArray<double>(), fast);
        Close(exactSignal!.ToArray<double>(), fastSignal!);
        Close(exactKernel!.ToArray<double>(), fastKernel!);

        (Tensor, Tensor?, Tensor?) Run(ScalarType type)
        {
            Tensor signal = u.Clone().To(type), kernel = k.Clone().To(type);
            signal.RequiresGrad = true;
            kernel.RequiresGrad = true;
            Tensor y = LongConvolution.Apply(signal.Transpose(0, 2), kernel);
            (y * weight.To(type)).Sum().Backward();
            return (y, signal.Grad, kernel.Grad);
        }
    }

    [Fact]
    public void The_kernel_made_once_for_evaluation_follows_every_change_of_the_weights()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        var random = new PhiloxRandom(2);
        using var layer = new S4Layer(6, 4, 20, bidirectional: true);
        layer.Initialize(random);
        Tensor x = random.NormalTensor([2, 20, 6]);
        float[] before = Check();
        foreach ((string name, Tensor tensor) in layer.State().Where(s => s.Name != "output_linear.0.bias"))
        {
            if (name.EndsWith('D')) tensor.SetData(tensor.Detach() + 0.5);
            else tensor.MulInPlace(1.1);
            float[] after = Check();
            Assert.NotEqual(before, after);
            before = after;
        }

        Assert.Equal(12, layer.Forward(x.Narrow(1, 0, 12)).Size(1));
        Assert.Equal(before, Check());

        // With gradients on nothing is kept: that is the judge.
        float[] Check()
        {
            float[] kept = layer.Forward(x).ToArray<float>();
            using GradModeGuard on = GradMode.On();
            Assert.Equal(layer.Forward(x).ToArray<float>(), kept);
            return kept;
        }
    }

    [Fact]
    public void Causal_layers_never_look_ahead()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        var random = new PhiloxRandom(8);
        using var s4 = new S4Layer(5, 8, 30, bidirectional: false);
        using var diagonal = new S4DLayer(5, 8);
        s4.Initialize(random);
        diagonal.Initialize(random);
        Tensor past = random.NormalTensor([1, 20, 5]);
        Tensor one = Tensor.Cat([past, random.NormalTensor([1, 10, 5])], 1), other = Tensor.Cat([past, random.NormalTensor([1, 10, 5]) * 3], 1);
        foreach (Func<Tensor, Tensor> layer in new Func<Tensor, Tensor>[] { x => s4.Forward(x), diagonal.Forward })
        {
            Tensor a = layer(one), b = layer(other);
            Assert.InRange((a - b).Narrow(1, 0, 20).Abs().Amax([0, 1, 2]).Item(), 0, 1e-5);
            Assert.True((a - b).Narrow(1, 20, 10).Abs().Amax([0, 1, 2]).Item() > 1e-2);
        }
    }

    [Fact]
    public void Channel_dropout_drops_a_channel_of_a_row_throughout_and_scales_the_others()
    {
        using var scope = new Scope();
        using var dropout = new ChannelDropout(0.25);
        Tensor x = Tensor.Ones(40, 7, 50);
        Assert.Same(x, dropout.Forward(x));
        dropout.Train(new PhiloxRandom(1));
        Tensor y = dropout.Forward(x);
        Assert.Equal(y.Amax([1]).ToArray<float>(), (-(-y).Amax([1])).ToArray<float>());
        Assert.Equal([0f, 4f / 3], y.ToArray<float>().Distinct().Order());
        Assert.InRange(y.Mean().Item(), 0.95, 1.05);
    }

    [Fact]
    public void S4Ds_kernel_is_the_sum_of_its_powers_under_either_rule()
    {
        using var scope = new Scope();
        foreach (Discretization rule in Enum.GetValues<Discretization>())
        {
            using var kernel = new S4DKernel(2, 6, rule);
            kernel.Initialize(new PhiloxRandom(6));
            double[] actual = kernel.Forward(25).ToArray<double>();
            Dictionary<string, double[]> p = kernel.State().ToDictionary(s => s.Name, s => s.Tensor.ToArray<double>());
            for (int h = 0; h < 2; h++)
            {
                double step = Math.Exp(p["log_dt"][h]);
                var expected = new double[25];
                for (int k = 0; k < 3; k++)
                {
                    int at = (h * 3) + k;
                    Complex a = new(-Math.Exp(p["log_A_real"][at]), p["A_imag"][at]), c = new(p["C"][2 * at], p["C"][(2 * at) + 1]);
                    Complex power = rule == Discretization.Bilinear ? (1 + (step * a / 2)) / (1 - (step * a / 2)) : Complex.Exp(step * a);
                    Complex term = c * (rule == Discretization.Bilinear ? step / (1 - (step * a / 2)) : (power - 1) / a);
                    for (int l = 0; l < 25; l++, term *= power) expected[l] += 2 * term.Real;
                }

                for (int l = 0; l < 25; l++) Assert.Equal(expected[l], actual[(h * 25) + l], 1e-6);
            }
        }
    }

    private static S4System HippoSystem(int channels, int states, PhiloxRandom random)
    {
        HippoForm form = Hippo.Diagonalize(states);
        int pairs = states / 2;
        Tensor step = random.UniformTensor([channels], Math.Log(0.001), Math.Log(0.1)).To(ScalarType.Float64);
        return new S4System(
            step, Each(k => (-0.5, form.Frequencies[k])).Squeeze(0), Each(k => (form.P[k].Real, form.P[k].Imaginary)),
            Each(k => (form.P[k].Real, -form.P[k].Imaginary)), Each(k => (form.B[k], 0)));

        Tensor Each(Func<int, (double, double)> value)
        {
            double[] one = [.. Enumerable.Range(0, pairs).SelectMany(k => new[] { value(k).Item1, value(k).Item2 })];
            return Tensor.From([.. Enumerable.Repeat(one, channels).SelectMany(v => v)], 1, channels, pairs, 2);
        }
    }

    // From the definition: HiPPO's dense matrix in the eigenvectors' basis, discretised by elimination, then step by step.
    private static double[] Recurrence(int states, double step, Complex[] output, int length)
    {
        HippoForm form = Hippo.Diagonalize(states);
        int n = states / 2;
        Complex P(int i) => i < n ? form.P[i] : Complex.Conjugate(form.P[i - n]);
        Complex[,] minus = new Complex[states, states], plus = new Complex[states, states];
        for (int i = 0; i < states; i++)
        {
            for (int k = 0; k < states; k++)
            {
                Complex a = -P(i) * Complex.Conjugate(P(k));
                if (i == k) a += new Complex(-0.5, i < n ? form.Frequencies[i] : -form.Frequencies[i - n]);
                (minus[i, k], plus[i, k]) = ((i == k ? 1 : 0) - (step / 2 * a), (i == k ? 1 : 0) + (step / 2 * a));
            }
        }

        Complex[] x = Solve(minus, [.. Enumerable.Range(0, states).Select(i => (Complex)(step * form.B[i % n]))]);
        var kernel = new double[length];
        for (int l = 0; l < length; l++)
        {
            Complex sum = 0;
            for (int i = 0; i < states; i++) sum += (i < n ? output[i] : Complex.Conjugate(output[i - n])) * x[i];
            kernel[l] = sum.Real;
            Complex[] next = new Complex[states];
            for (int i = 0; i < states; i++)
                for (int k = 0; k < states; k++) next[i] += plus[i, k] * x[k];
            x = Solve(minus, next);
        }

        return kernel;
    }

    // Gauss with row exchange.
    private static Complex[] Solve(Complex[,] matrix, Complex[] right)
    {
        int n = right.Length;
        Complex[,] a = (Complex[,])matrix.Clone();
        Complex[] b = [.. right];
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++) if (a[row, column].Magnitude > a[pivot, column].Magnitude) pivot = row;
            for (int k = 0; k < n; k++) (a[column, k], a[pivot, k]) = (a[pivot, k], a[column, k]);
            (b[column], b[pivot]) = (b[pivot], b[column]);
            for (int row = column + 1; row < n; row++)
            {
                Complex factor = a[row, column] / a[column, column];
                for (int k = column; k < n; k++) a[row, k] -= factor * a[column, k];
                b[row] -= factor * b[column];
            }
        }

        for (int row = n - 1; row >= 0; row--)
        {
            for (int k = row + 1; k < n; k++) b[row] -= a[row, k] * b[k];
            b[row] /= a[row, row];
        }

        return b;
    }

    private static Complex[] Pairs(Tensor pairs)
    {
        double[] values = pairs.ToArray<double>();
        return [.. Enumerable.Range(0, values.Length / 2).Select(k => new Complex(values[2 * k], values[(2 * k) + 1]))];
    }

    private static void Close(double[] expected, Tensor actual)
    {
        double[] values = actual.ToArray<double>();
        double bound = 2e-6 * Math.Max(1, expected.Max(Math.Abs));
        for (int k = 0; k < expected.Length; k++) Assert.Equal(expected[k], values[k], bound);
    }
}
