// The bridge's dropout against the same draws made in .NET.
namespace Einthoven.Torch.Tests;

public sealed class DropoutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64 * 300)]
    [InlineData((64 * 1000) + 7)]
    public void The_mask_is_the_sources_own_numbers_in_both_passes_on_any_number_of_threads(int n)
    {
        using Scope scope = new();
        int threads = TorchRuntime.Threads;
        using Dropout dropout = new(0.3);
        Tensor x = new PhiloxRandom(1).NormalTensor([n]), weights = new PhiloxRandom(2).NormalTensor([n]);
        x.RequiresGrad = true;
        // Far along the stream: the upper halves of counter, stream and seed matter too.
        const ulong Seed = 0x1234_5678_9ABC_DEF0, Stream = 7UL << 32, Position = uint.MaxValue - 3UL;
        float[] draws = new float[n];
        PhiloxRandom expected = new(Seed, Stream, Position);
        expected.Uniform(draws);
        try
        {
            foreach (int count in (int[])[1, 2])
            {
                TorchRuntime.Threads = count;
                PhiloxRandom random = new(Seed, Stream, Position);
                dropout.Train(random);
                Tensor y = dropout.Forward(x);
                float[] gradient = (y * weights).Sum().GradientsFor([x])[0]!.ToArray<float>();
                (float[] input, float[] output, float[] w) = (x.ToArray<float>(), y.ToArray<float>(), weights.ToArray<float>());
                float scale = 1 / (1 - 0.3f);
                for (int i = 0; i < n; i++)
                {
                    Assert.Equal(draws[i] >= 0.3f ? input[i] * scale : 0, output[i]);
                    Assert.Equal(draws[i] >= 0.3f ? w[i] * scale : 0, gradient[i]);
                }

                Assert.Equal(expected.Position, random.Position);
            }
        }
        finally
        {
            TorchRuntime.Threads = threads;
        }
    }

    [Fact]
    public void BFloat16_is_scaled_in_single_precision_and_rounded_once()
    {
        using Scope scope = new();
        using Dropout dropout = new(0.1);
        Tensor x = new PhiloxRandom(3).NormalTensor([5, 40]).To(ScalarType.BFloat16);
        dropout.Train(new PhiloxRandom(4));
        Tensor y = dropout.Forward(x.Transpose(0, 1));
        Assert.Equal((ScalarType.BFloat16, 40L), (y.DType, y.Size(0)));
        float[] input = x.Transpose(0, 1).ToArray<float>(), output = y.ToArray<float>();
        float[] exact = [.. input.Select(v => v * (1 / (1 - 0.1f)))];
        float[] rounded = Tensor.From(exact, exact.Length).To(ScalarType.BFloat16).ToArray<float>();
        int dropped = 0;
        for (int i = 0; i < output.Length; i++)
        {
            if (output[i] == 0) dropped++;
            else Assert.Equal(rounded[i], output[i]);
        }

        Assert.InRange(dropped, 5, 40);
    }

    [Fact]
    public void Another_source_of_draws_is_asked_itself()
    {
        using Scope scope = new();
        using Dropout dropout = new(0.5);
        dropout.Train(new Halves());
        Assert.Equal([2, 0, 2, 0], dropout.Forward(Tensor.Ones(4)).ToArray<float>());
    }

    private sealed class Halves : IRandomSource
    {
        public void Uniform(Span<float> destination)
        {
            for (int k = 0; k < destination.Length; k++) destination[k] = k % 2 == 0 ? 0.75f : 0.25f;
        }

        public void Normal(Span<float> destination) => throw new NotSupportedException();

        public void Integers(Span<long> destination, long bound) => throw new NotSupportedException();
    }
}
