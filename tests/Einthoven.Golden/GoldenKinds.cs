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
        ["ecgfm_augment"] = DataKinds.Augment,
        ["ecgfm_base_pretrain"] = EcgFmPretrainingKinds.BaseModel,
        ["ecgfm_base_stages"] = EcgFmStageKinds.BaseStages,
        ["ecgfm_checkpoint"] = EcgFmCheckpointKinds.Checkpoint,
        ["ecgfm_cmsc"] = EcgFmPretrainingKinds.Contrast,
        ["ecgfm_cmsc_manifest"] = DataKinds.CmscManifest,
        ["ecgfm_e2e"] = EcgFmInferenceKinds.EndToEnd,
        ["ecgfm_finetune_step"] = EcgFmTrainingKinds.FinetuneStep,
        ["ecgfm_linear_probe"] = EcgFmTrainingKinds.LinearProbe,
        ["ecgfm_lr_schedule"] = EcgFmScheduleKinds.LearningRate,
        ["ecgfm_masking"] = EcgFmMaskingKinds.Masking,
        ["ecgfm_masking_statistics"] = EcgFmMaskingKinds.Statistics,
        ["ecgfm_parameters"] = EcgFmCheckpointKinds.Parameters,
        ["ecgfm_preprocess"] = EcgFmInferenceKinds.Preprocess,
        ["ecgfm_pretrain"] = EcgFmPretrainingKinds.Pretrain,
        ["ecgfm_pretrain_padded"] = EcgFmPretrainingKinds.Padded,
        ["ecgfm_saliency"] = EcgFmSaliencyKinds.Saliency,
        ["ecgfm_stages"] = EcgFmStageKinds.Stages,
        ["ecgfm_temperature"] = EcgFmMaskingKinds.Temperature,
        ["ecgfm_w2v"] = EcgFmPretrainingKinds.MaskedOnly,
        ["formula_check"] = FormulaKinds.Check,
        ["iir_filter"] = SignalDspKinds.IirFilter,
        ["iir_notch"] = SignalDspKinds.IirNotch,
        ["iir_short"] = SignalDspKinds.IirShort,
        ["interp"] = SignalDspKinds.Interpolation,
        ["lead_arrangement"] = SignalLeadKinds.Arrangement,
        ["lead_residuals"] = SignalLeadKinds.Residuals,
        ["lead_transforms"] = SignalLeadKinds.Transforms,
        ["measures_axis"] = SignalMeasureKinds.Axis,
        ["measures_axis_from_i_iii"] = SignalMeasureKinds.AxisFromOneAndThree,
        ["measures_hrv"] = SignalMeasureKinds.Variability,
        ["measures_qtc"] = SignalMeasureKinds.Qtc,
        ["measures_voltage"] = SignalMeasureKinds.Voltage,
        ["median_baseline"] = SignalDspKinds.MedianBaseline,
        ["median_short"] = SignalDspKinds.MedianShort,
        ["page_layout"] = PageKinds.Layout,
        ["periodogram"] = SignalDspKinds.Periodogram,
        ["quality"] = SignalMeasureKinds.Quality,
        ["quality_bsqi"] = SignalMeasureKinds.DetectorAgreement,
        ["resample_fft"] = SignalDspKinds.ResampleFft,
        ["resample_linear"] = SignalDspKinds.ResampleLinear,
        ["resample_poly"] = SignalDspKinds.ResamplePoly,
        ["resample_taps"] = SignalDspKinds.ResampleTaps,
        ["scoring_classes"] = SignalMeasureKinds.Classes,
        ["scoring_matching"] = SignalMeasureKinds.Matching,
        ["vectorcardiogram"] = SignalLeadKinds.Vectorcardiogram,
        ["wavelet"] = SignalDspKinds.Wavelet,
        ["welch"] = SignalDspKinds.Welch,
    };

    /// <summary>The check of a kind; null where nothing here builds it yet.</summary>
    public static GoldenCheck? Find(string kind) => Checks.GetValueOrDefault(kind);
}
