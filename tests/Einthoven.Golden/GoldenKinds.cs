// Which check applies to which kind of case. A kind that is built has its row here; every other is skipped, plainly.
using Einthoven.Golden.Kinds;

namespace Einthoven.Golden;

/// <summary>Builds what a case says, feeds it, and hands every result to the deviations.</summary>
internal delegate void GoldenCheck(GoldenCase golden, GoldenFiles files, Deviations deviations);

internal static class GoldenKinds
{
    private static readonly Dictionary<string, GoldenCheck> Checks = new()
    {
        ["ecgfm_adam"] = EcgFmTrainingKinds.Adam,
        ["ecgfm_base_stages"] = EcgFmStageKinds.BaseStages,
        ["ecgfm_checkpoint"] = EcgFmCheckpointKinds.Checkpoint,
        ["ecgfm_e2e"] = EcgFmInferenceKinds.EndToEnd,
        ["ecgfm_finetune_step"] = EcgFmTrainingKinds.FinetuneStep,
        ["ecgfm_linear_probe"] = EcgFmTrainingKinds.LinearProbe,
        ["ecgfm_parameters"] = EcgFmCheckpointKinds.Parameters,
        ["ecgfm_preprocess"] = EcgFmInferenceKinds.Preprocess,
        ["ecgfm_stages"] = EcgFmStageKinds.Stages,
        ["formula_check"] = FormulaKinds.Check,
    };

    /// <summary>The check of a kind; null where nothing here builds it yet.</summary>
    public static GoldenCheck? Find(string kind) => Checks.GetValueOrDefault(kind);
}
