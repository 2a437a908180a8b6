// The objectives that predict in the space of representations, with their networks: on a vision transformer, or on convolutions and S4.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.EcgCpc;
using Einthoven.Models.Jepa;
using Einthoven.Torch;
using Einthoven.Training.Objectives;
using Einthoven.Training.Objectives.Study;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Builds <see cref="PretrainingParts"/> of jepa, data2vec, dinosr, k-means and cpc.</summary>
internal static class PredictiveParts
{
    /// <summary>Builds the parts of a recipe, weights unset.</summary>
    /// <exception cref="ArgumentException">The encoder's configuration does not work.</exception>
    internal static PretrainingParts Of(PretrainRecipe recipe)
    {
        (string family, JsonElement configuration) = recipe.Network();
        if (recipe.Objective == PretrainingObjective.Cpc) return OfCpc(recipe, EcgCpcFamily.Read(configuration));
        if (recipe.Objective == PretrainingObjective.Jepa && family == JepaFamily.Family) return OfJepa(recipe, JepaFamily.Read(configuration));

        (int width, Func<StudentHead, int, MaskedStudent> create) = family == JepaFamily.Family
            ? OnTransformer(JepaFamily.Read(configuration))
            : OnStateSpace(EcgCpcFamily.Read(configuration), recipe.Teacher);
        TeacherOptions teacher = recipe.Teacher;
        switch (recipe.Objective)
        {
            case PretrainingObjective.Jepa:
                MaskedStudent blocks = create(StudentHead.StateSpace, width);
                return Student(new BlockJepaObjective(blocks, teacher), blocks);
            case PretrainingObjective.Data2Vec:
                MaskedStudent layers = create(StudentHead.StateSpace, width);
                return Student(new Data2VecObjective(layers, teacher), layers);
            case PretrainingObjective.DinoSr:
                MaskedStudent codes = create(StudentHead.StateSpace, teacher.Codes);
                return Student(new DinoSrObjective(new(codes, [new(teacher.Codes, width)]), teacher), codes);
            default:
                MaskedStudent centres = create(StudentHead.Linear, teacher.Centres.Sum());
                return Student(new SoftCodeObjective(new(centres, [.. teacher.Centres.Select(count => new SphericalKMeans(count, width))]), teacher), centres);
        }
    }

    private static (int Width, Func<StudentHead, int, MaskedStudent> Create) OnTransformer(JepaConfig config) =>
        (config.Width, (_, outputs) => new(config, outputs));

    private static (int Width, Func<StudentHead, int, MaskedStudent> Create) OnStateSpace(EcgCpcConfig config, TeacherOptions teacher) =>
        // A teacher that never follows begins with weights of its own: as a copy it would be the student before its first step.
        (config.Width, (head, outputs) => new(config, head, outputs, teacherIsCopy: teacher.Follows));

    private static PretrainingParts Student(IObjective objective, MaskedStudent student) =>
        new(objective, windows => student.Encode(windows).Mean([1]), type => student.ComputeType = type);

    private static PretrainingParts OfJepa(PretrainRecipe recipe, JepaConfig config)
    {
        var network = new JepaPretraining(config, recipe.Jepa.Predictor);
        return new(
            new JepaObjective(network, recipe.Jepa),
            windows => network.Target.Forward(windows, compute: network.ComputeType).Mean([1]),
            type => network.ComputeType = type);
    }

    private static PretrainingParts OfCpc(PretrainRecipe recipe, EcgCpcConfig config)
    {
        var network = new EcgCpcPretraining(config);
        return new(
            new CpcObjective(network, recipe.Cpc),
            windows => network.Encoder.Contextualize(windows, network.ComputeType).Mean([1]),
            type => network.ComputeType = type);
    }
}
