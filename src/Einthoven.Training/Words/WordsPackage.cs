// Writes the package of a finished network of ECG and text: weights, vocabulary, questions with their calibration, reference recordings.
using System.Globalization;
using System.Text;
using System.Text.Json;
using Einthoven.Evaluation;
using Einthoven.Evaluation.Calibration;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Text;
using Einthoven.Models.Words;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Words;

/// <summary>Makes the package.</summary>
internal sealed class WordsPackage(WordsRecipe recipe, JsonElement network, string dataset, RunOptions options, Progress progress)
{
    private const int References = 512;
    private const int FewestPositives = 5;

    internal WordsResult Write(
        string folder, WordsNetwork words, WordsValidation validation, WordPieceVocabulary vocabulary, NamedWords named, string checkRecord)
    {
        words.Eval();
        float[][] ecgs = validation.EmbedEcgs(words);
        IReadOnlyList<float[]> vectors = validation.EmbedQuestions(words);
        ScoreTable table = validation.Table(ecgs, vectors);
        AurocReport report = Bootstrap.Auroc(table);
        ModelLabel[] labels = [.. validation.Questions.Select((question, k) => Calibrate(question.Label, table.Scores(k), table.Truths(k)))];
        // What cannot be calibrated may still be asked in words; as a label it would only look like an answer.
        int[] kept = [.. Enumerable.Range(0, labels.Length).Where(k => labels[k].Calibration is not null)];
        if (kept.Length == 0) kept = [.. Enumerable.Range(0, labels.Length)];
        float[][] reference = [.. Enumerable.Range(0, Math.Min(References, ecgs.Length)).Select(k => ecgs[(long)k * ecgs.Length / Math.Min(References, ecgs.Length)])];
        using var scope = new Scope();
        using var asked = new AskedNetwork(WordsFamilies.Get(recipe.Family).Create(network), kept.Length, reference.Length);
        asked.Words.Load(words.State().ToDictionary(s => s.Name, s => s.Tensor));
        asked.Ask(Rows([.. kept.Select(k => vectors[k])]), Rows(reference));
        var description = new ModelDescription
        {
            Name = recipe.Name,
            Summary = recipe.Summary,
            Family = recipe.Family,
            Configuration = WordsFamilies.Package(network, reference.Length),
            Input = recipe.Input,
            Labels = [.. kept.Select(k => labels[k])],
            Provenance = new Dictionary<string, string>
            {
                ["trainedOn"] = $"{dataset}, split {string.Join(", ", recipe.TrainSplits)}",
                ["chosenOn"] = $"{dataset}, split {string.Join(", ", recipe.ValidationSplits)}: epoch {progress.BestEpoch}, calibration and thresholds",
                ["withheld"] = recipe.Texts.Withheld.Count == 0 ? "nothing" : string.Join(", ", recipe.Texts.Withheld),
                ["command"] = options.Command,
                ["software"] = $"Einthoven {EcgModel.LibraryVersion}, libtorch {TorchRuntime.Version}",
            },
        };
        CheckpointTensor[] weights = [.. ModelPackage.WeightsOf(asked).Select(PackageWriter.Halve)];
        using EcgModel model = EcgModel.Create(description, weights);
        ModelCheck check = ModelCheck.Record(model, EcgRecord.Read(checkRecord));
        var texts = new Dictionary<string, string> { [ModelPackage.VocabularyFile] = vocabulary.ToText(), [ModelPackage.NamedFile] = named.ToText() };
        ModelPackage.Save(folder, description, weights, Card(words.ParameterCount, report, labels), check, texts);
        return new WordsResult(folder, progress.BestEpoch, report);
    }

    /// <summary>Platt's map from cosines, and the threshold of the largest F1; neither where there are too few answers of a kind.</summary>
    private static ModelLabel Calibrate(ModelLabel label, double[] cosines, float[] truths)
    {
        int positives = truths.Count(t => t > 0.5f);
        if (positives < FewestPositives || truths.Length - positives < FewestPositives) return label;
        LogisticCalibration fit = LogisticCalibration.FitSmoothed(cosines, truths);
        if (!(fit.Slope > 0 && double.IsFinite(fit.Slope) && double.IsFinite(fit.Intercept))) return label;
        double threshold = Thresholds.LargestF1([.. cosines.Select(fit.Apply)], truths).Threshold;
        return label with { Calibration = new LabelCalibration(fit.Slope, fit.Intercept), Threshold = Math.Clamp(threshold, 0, 1) };
    }

    private static Tensor Rows(float[][] rows) => Tensor.From([.. rows.SelectMany(row => row)], rows.Length, rows[0].Length);

    private string Card(long parameters, AurocReport report, ModelLabel[] labels)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"""
            # {recipe.Name}

            {(recipe.Summary.Length > 0 ? recipe.Summary + ". " : "")}Research use only; not a medical device.

            | | |
            |---|---|
            | family | {recipe.Family}, {parameters:N0} parameters |
            | input | {recipe.Input.Leads.Count} leads, {recipe.Input.SamplingRateHz} Hz, {recipe.Input.WindowSamples / recipe.Input.SamplingRateHz} s |
            | trained on | {dataset}, split {string.Join(", ", recipe.TrainSplits)} |
            | epoch, calibration and thresholds chosen on | {dataset}, split {string.Join(", ", recipe.ValidationSplits)} (epoch {progress.BestEpoch} of {recipe.Epochs}) |
            | withheld from all texts | {(recipe.Texts.Withheld.Count == 0 ? "nothing" : string.Join(", ", recipe.Texts.Withheld))} |
            | training time | {TimeSpan.FromSeconds(progress.Seconds):h\:mm\:ss} |
            | command | `{options.Command}` |

            """);
        if (dataset == PtbXlImporter.DatasetName)
        {
            text.AppendLine(
                """
                ## Data and licence

                PTB-XL 1.0.3 (Wagner et al., Scientific Data 7:154, 2020; PhysioNet; Creative Commons Attribution 4.0). A statement counts as present whatever
                its likelihood. The weights are under the licence of this repository (MIT); cite PTB-XL where they are used.

                """);
        }

        text.AppendLine(CultureInfo.InvariantCulture,
            $"""
            ## Recipe

            ```json
            {RecipeJson.Write(recipe)}
            ```

            ## What it answers

            Every statement of the training texts was asked as a question on the validation part, {report.Rows} recordings of {report.Clusters} patients:
            mean area under the ROC curve **{report.Macro}** over {report.Labels.Count(l => !double.IsNaN(l.Area.Value))} questions. Brackets hold 95 % intervals
            from 1,000 bootstrap draws of patients. These recordings chose the epoch, the calibration and the thresholds, so the figures flatter the model.

            | question | positives | negatives | AUROC (95 %) | calibrated |
            |---|---|---|---|---|
            """);
        for (int k = 0; k < labels.Length; k++)
        {
            LabelAuroc area = report.Labels[k];
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {area.Label} | {area.Positives} | {area.Negatives} | {area.Area} | {(labels[k].Calibration is null ? "no" : "yes")} |");
        }

        text.AppendLine();
        text.AppendLine(
            """
            ## Limits

            - Questions may be asked in any words; what the training texts never named is answered by resemblance alone, with a warning and without a probability.
            - A written text is likely, not true: check every statement of it.
            - Statements overlap, and absence from a text is no evidence of absence from the recording.
            """);
        return text.ToString();
    }
}
