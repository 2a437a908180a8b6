// An objective and an encoder by their names: every pair either gives a recipe that works or is refused with the reason and a way out.
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;
using Xunit;

namespace Einthoven.Training.Tests;

public sealed class EncoderChoiceTests
{
    private static readonly string[] s_transformers = ["vit-mini", "vit-small", "vit-base"];
    private static readonly string[] s_autoencoders = [.. s_transformers, "st-mem-mini", "st-mem-small", "st-mem-base", "mlae-small", "mlae-base"];
    private static readonly string[] s_stateSpaces = ["s4-mini", "s4"];
    private static readonly string[] s_ecgFm = ["ecg-fm-mini", "ecg-fm-base", "ecg-fm-large"];

    public static TheoryData<string> Objectives => [.. EncoderChoice.Objectives];

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Every_encoder_serves_an_objective_or_is_refused_with_those_that_do(string objective)
    {
        string[] expected = objective switch
        {
            "wcr" or "w2v" => s_ecgFm,
            "mae" or "hybrid" => s_autoencoders,
            "cpc" => s_stateSpaces,
            "jepa" or "data2vec" or "dinosr" or "k-means" => [.. s_transformers, .. s_stateSpaces],
            // A patch of mlae is a whole lead: alone, a lead leaves nothing to relate it to, but it does go through.
            _ => [.. EncoderPreset.All.Select(encoder => encoder.Name)],
        };
        foreach (EncoderPreset encoder in EncoderPreset.All)
        {
            if (expected.Contains(encoder.Name))
            {
                (_, PretrainRecipe recipe) = EncoderChoice.Read(null, objective, encoder.Name, []);
                Assert.Equal((objective, $"{objective}-{encoder.Name}"), (RecipeJson.Word(recipe.Objective), recipe.Name));
                Assert.Contains(recipe.Family, encoder.Forms.Select(form => form.Family));
            }
            else
            {
                var refusal = Assert.Throws<ArgumentException>(() => EncoderChoice.Read(null, objective, encoder.Name, []));
                Assert.EndsWith($"Encoders for {objective}: {string.Join(", ", expected)}.", refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("moco-v3", "vit-mini", "mtae")]
    [InlineData("byol", "net1d-mini", "ecgfounder")]
    [InlineData("simclr", "xresnet-mini", "xresnet1d")]
    [InlineData("pclr", "se-resnet", "se-resnet")]
    [InlineData("3kg", "st-mem-mini", "st-mem")]
    [InlineData("cmsc", "ecg-fm-mini", "ecg-fm")]
    [InlineData("cmsc", "s4-mini", "ecg-cpc")]
    [InlineData("cmlc", "xresnet-mini", "xresnet1d")]
    [InlineData("cmsmlc", "vit-mini", "mtae")]
    [InlineData("wcr", "ecg-fm-mini", "ecg-fm")]
    [InlineData("mae", "vit-mini", "mtae")]
    [InlineData("hybrid", "st-mem-mini", "st-mem")]
    [InlineData("jepa", "vit-mini", "ecg-jepa")]
    [InlineData("dinosr", "s4-mini", "ecg-cpc")]
    [InlineData("k-means", "vit-mini", "ecg-jepa")]
    [InlineData("cpc", "s4-mini", "ecg-cpc")]
    public void A_pair_takes_windows_of_its_recipe(string objective, string encoder, string family)
    {
        (_, PretrainRecipe recipe) = EncoderChoice.Read(null, objective, encoder, []);
        Assert.Equal(family, recipe.Family);
        PretrainingParts parts = PretrainingParts.Of(recipe);
        using IObjective trained = parts.Objective;
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        trained.Network.Initialize(new PhiloxRandom(1));
        trained.Network.Eval();
        int leads = objective is "cmlc" or "cmsmlc" ? 1 : recipe.Input.Leads.Count;
        Tensor vectors = parts.Embed(new PhiloxRandom(2).NormalTensor([2, leads, recipe.Input.WindowSamples]));
        Assert.Equal(2, vectors.Size(0));
        Assert.All(vectors.ToArray<float>(), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData("st-mem-base", 88_501_985, 88_534_753, 85_126_038, 85_150_614)]
    [InlineData("st-mem-small", 24_607_073, 24_627_553, 21_329_430, 21_341_718)]
    [InlineData("mtae-base", 89_340_044, 89_371_788, 85_752_072, 85_775_880)]
    [InlineData("mlae-base", 90_726_494, 90_739_806, 86_791_572, 86_801_556)]
    public void Presets_of_published_networks_have_the_published_numbers_of_parameters(string preset, long trained, long all, long encoderTrained, long encoder) =>
        Assert.Equal((new NetworkSize(trained, all), new NetworkSize(encoderTrained, encoder)), NetworkSize.Of(Presets.Read<PretrainRecipe>(preset)));

    [Fact]
    public void Settings_and_a_named_preset_have_the_last_word()
    {
        (string preset, PretrainRecipe recipe) = EncoderChoice.Read("ecg-jepa-vit-xs", "data2vec", "vit-mini", ["network.depth=3", "input.windowSamples=2500"]);
        Assert.Equal("ecg-jepa-vit-xs", preset);
        (int depth, int samples, int patch) = Sizes(recipe);
        // A quarter second at 500 Hz.
        Assert.Equal((3, 2500, 125), (depth, samples, patch));

        static (int, int, int) Sizes(PretrainRecipe recipe) =>
            (recipe.Network!.Value.GetProperty("depth").GetInt32(), recipe.Network.Value.GetProperty("samples").GetInt32(), recipe.Network.Value.GetProperty("patch").GetInt32());
    }

    [Fact]
    public void Windows_that_are_no_whole_number_of_patches_are_refused_with_both_lengths()
    {
        var refusal = Assert.Throws<ArgumentException>(() => EncoderChoice.Read(null, "mae", "vit-small", ["input.windowSamples=990"]));
        Assert.Contains("0.25 s, 25 samples, and 990 samples", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_do_not_exist_are_answered_with_those_that_do()
    {
        Assert.Contains("moco-v3", Assert.Throws<ArgumentException>(() => EncoderChoice.Read(null, "moco", null, [])).Message, StringComparison.Ordinal);
        Assert.Contains("vit-small", Assert.Throws<ArgumentException>(() => EncoderChoice.Read(null, "mae", "vit", [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_names_the_usual_preset_is_read()
    {
        (string preset, PretrainRecipe recipe) = EncoderChoice.Read(null, null, null, ["epochs=3"]);
        Assert.Equal(("ecg-fm-small", PretrainingObjective.Wcr, 3), (preset, recipe.Objective, recipe.Epochs));
        Assert.Equal(PretrainingObjective.LeadContrast, EncoderChoice.Read(null, "cmlc", null, []).Recipe.Objective);
    }
}
