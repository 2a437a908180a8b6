// The Hill loss and PyTorch's Adam against formulas worked out by hand.
namespace Einthoven.Torch.Tests;

public sealed class HillLossTests
{
    [Fact]
    public void The_slope_of_an_absent_label_is_three_p_squared_times_the_square_of_what_is_left_to_one()
    {
        using Scope scope = new();
        double[] logits = [-6, -1, 0, 0.7, 6];
        Tensor z = Tensor.From(logits, 1, logits.Length);
        z.RequiresGrad = true;
        new HillLoss().Sum(z, Tensor.Full([1, logits.Length], 0, ScalarType.Float64)).Backward();
        double[] slopes = z.Grad!.ToArray<double>();
        for (int k = 0; k < logits.Length; k++)
        {
            double p = 1 / (1 + Math.Exp(-logits[k]));
            Assert.Equal(3 * p * p * (1 - p) * (1 - p), slopes[k], 1e-12);
        }
    }

    [Fact]
    public void A_present_label_costs_its_cross_entropy_or_less_of_it_where_a_focal_margin_is_set()
    {
        using Scope scope = new();
        Tensor z = Tensor.From<double>([0.3], 1, 1), one = Tensor.Full([1, 1], 1, ScalarType.Float64);
        Assert.Equal(Math.Log(1 + Math.Exp(-0.3)), new HillLoss().Sum(z, one).Item(), 1e-12);
        double p = 1 / (1 + Math.Exp(0.7));
        Assert.Equal(-Math.Pow(1 - p, 2) * Math.Log(p), new HillLoss(Margin: 1, Exponent: 2).Sum(z, one).Item(), 1e-12);
    }

    [Fact]
    public void Unknown_labels_cost_nothing_and_large_logits_stay_finite()
    {
        using Scope scope = new();
        Tensor z = Tensor.From<float>([80, -80, 80, -80], 1, 4), y = Tensor.From<float>([1, 1, 0, 0], 1, 4);
        HillLoss published = new(Margin: 1, Exponent: 2);
        Assert.Equal(81, published.Sum(z, y, Tensor.From<float>([1, 1, 0, 0], 1, 4)).Item(), 1e-3);
        Assert.Equal(0.5, published.Sum(z, y, Tensor.From<float>([0, 0, 1, 1], 1, 4)).Item(), 1e-6);
    }

    [Fact]
    public void A_gamma_below_one_is_refused() => Assert.Throws<ArgumentException>(new HillLoss(0.9).Validate);

    [Fact]
    public void Adam_takes_the_decay_into_its_moments_and_the_first_step_is_as_long_as_the_rate()
    {
        using Scope scope = new();
        Tensor p = Tensor.From<double>([2, -1], 2);
        p.RequiresGrad = true;
        using Adam adam = new([new("p", p, Decay: true)], weightDecay: 0.5);
        p.Grad = Tensor.From<double>([-0.9, 0.2], 2);
        adam.Step(0.01);
        // g + decay·p is 0.1 and −0.3: whatever their sizes, a bias-corrected first step has the length of the rate.
        double[] after = p.ToArray<double>();
        Assert.Equal(2 - 0.01, after[0], 1e-8);
        Assert.Equal(-1 + 0.01, after[1], 1e-8);
        Assert.Equal([0.01, -0.03], adam.State().First(s => s.Name == "p.exp_avg").Tensor.ToArray<double>().Select(m => Math.Round(m, 12)));
    }
}
