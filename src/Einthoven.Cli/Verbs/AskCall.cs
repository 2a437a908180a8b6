// predict --ask: a model of words answers questions about ECG files.

using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Einthoven.Cli.Output;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Models.Words;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Words;

namespace Einthoven.Cli.Verbs;

/// <summary>The options of asking, and the run.</summary>
internal sealed class AskCall
{
    /// <summary>The model that is asked where none is named.</summary>
    public const string DefaultModel = "einthoven-words";

    private const int Version = 1;

    private readonly Option<string[]> _ask = new("--ask")
    {
        Description = $"Ask in your own words, after FILES; needs a model of words ({DefaultModel} where --model is not given)",
        HelpName = "WORDS",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _known = new("--known")
    {
        Description = "With --ask: recordings whose answers are known, for calibrated probabilities",
        HelpName = "DIR",
    };

    private readonly Option<string?> _knownLabels = new("--known-labels")
    {
        Description = "Their table: record, then a column a question (1, 0, empty = unknown)",
        HelpName = "CSV",
    };

    public AskCall(Command verb)
    {
        verb.Add(_ask);
        verb.Add(_known);
        verb.Add(_knownLabels);
    }

    /// <summary>Whether anything is asked.</summary>
    public bool IsAsked(ParseResult call) => call.GetResult(_ask) is { Implicit: false };

    /// <summary>Asks every question about every file.</summary>
    public int Run(ParseResult call, string? model, Device device, EcgInputList inputs, EcgReadOptions options, int batch, string format, string? outFile)
    {
        using WordsModel words = WordsModel.Load(model ?? DefaultModel, device);
        IReadOnlyList<AskedQuestion> questions = Questions(words, call.GetValue(_ask) ?? []);
        foreach (string warning in questions.SelectMany(q => q.Warnings))
            Console.Error.WriteLine($"einthoven: {warning}");
        IReadOnlyDictionary<string, LabelCalibration> maps = Calibrations(call, words, questions);
        using var target = new OutputTarget(outFile);
        using IAnswerWriter writer = format switch
        {
            "csv" => new AnswerCsv(target.Text),
            "json" => new AnswerJson(target.Stream, words.Model.Description.Name, questions),
            _ => new AnswerTable(target.Text, words.Reference.Count),
        };
        bool failed = false;
        int records = 0;
        using var progress = new ProgressLine(inputs.Inputs.Count);
        foreach (EcgVector ecg in words.EmbedMany(PreparedRecords.Read(words.Model, inputs.Inputs, options, Fail), batch))
        {
            progress.Clear();
            writer.Write(ecg.Record.Path, [.. questions.Select(q => WordsAnswer.Of(q, ecg.Vector, words.Reference, maps.GetValueOrDefault(q.Text)))]);
            records++;
            progress.Advance();
        }

        progress.Clear();
        writer.Complete();
        target.Complete();
        Console.Error.WriteLine($"{records} record{(records == 1 ? "" : "s")} asked {questions.Count} question{(questions.Count == 1 ? "" : "s")}, model {words.Model.Description.Name}. {PredictionWriter.Notice}");
        return failed ? ExitStatus.SomeFailed : ExitStatus.Done;

        void Fail(FailedInput failure)
        {
            failed = true;
            progress.Tell(failure);
            progress.Advance();
        }
    }

    /// <summary>Questions in the model's space.</summary>
    /// <exception cref="UsageException">There is none, or one cannot be asked.</exception>
    public static IReadOnlyList<AskedQuestion> Questions(WordsModel words, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
            throw new UsageException("--ask needs a question in words, such as \"atrial fibrillation\".");
        try
        {
            return words.Ask(texts);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    private IReadOnlyDictionary<string, LabelCalibration> Calibrations(ParseResult call, WordsModel words, IReadOnlyList<AskedQuestion> questions)
    {
        string? folder = call.GetValue(_known), table = call.GetValue(_knownLabels);
        if (folder is null && table is null)
            return new Dictionary<string, LabelCalibration>();
        if (folder is null || table is null)
            throw new UsageException("--known DIR and --known-labels CSV belong together: recordings, and what is known of them.");
        Manifest known = DatasetImporters.Read(folder, ImportOptions.Default with { Labels = table });
        if (!questions.Any(q => known.Labels.Contains(q.Text, StringComparer.OrdinalIgnoreCase)))
            throw new UsageException($"{table} has no column of a question's name; it has {string.Join(", ", known.Labels)}.");
        return AskCalibration.Fit(words, questions, known, text => Console.Error.WriteLine($"einthoven: {text}"));
    }

    private interface IAnswerWriter : IDisposable
    {
        void Write(string record, IReadOnlyList<WordsAnswer> answers);

        void Complete();
    }

    private sealed class AnswerTable(TextWriter output, int references) : IAnswerWriter
    {
        public void Write(string record, IReadOnlyList<WordsAnswer> answers)
        {
            output.WriteLine(record);
            foreach (WordsAnswer answer in answers)
            {
                string mark = answer.IsFound == true ? "*" : " ";
                string said = answer.Probability is { } p
                    ? string.Create(CultureInfo.InvariantCulture, $"{p,7:0.0 %}  ")
                    : "   –     ";
                string rank = double.IsNaN(answer.HigherThan) ? "" : string.Create(CultureInfo.InvariantCulture, $"nearer than {answer.HigherThan,4:0 %} of {references} reference recordings");
                string name = answer.Question.Text.Length <= 44 ? answer.Question.Text : answer.Question.Text[..43] + "…";
                output.WriteLine($"  {mark} {name,-45}{said}{rank}");
            }

            output.WriteLine();
        }

        public void Complete() =>
            output.WriteLine("Percent: calibrated probability; –: none is calibrated for these words, only the comparison counts. *: reaches the label's threshold.");

        public void Dispose()
        {
        }
    }

    private sealed class AnswerCsv : IAnswerWriter
    {
        private readonly TextWriter _output;

        public AnswerCsv(TextWriter output)
        {
            _output = output;
            output.WriteLine("record,question,probability,found,higher_than,cosine");
        }

        public void Write(string record, IReadOnlyList<WordsAnswer> answers)
        {
            foreach (WordsAnswer answer in answers)
            {
                string found = answer.IsFound is { } f ? f ? "1" : "0" : "";
                _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{Csv.Field(record)},{Csv.Field(answer.Question.Text)},{answer.Probability:0.######},{found},{(double.IsNaN(answer.HigherThan) ? "" : answer.HigherThan.ToString("0.####", CultureInfo.InvariantCulture))},{answer.Cosine:0.######}"));
            }
        }

        public void Complete()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class AnswerJson : IAnswerWriter
    {
        private readonly Utf8JsonWriter _json;

        public AnswerJson(Stream output, string model, IReadOnlyList<AskedQuestion> questions)
        {
            _json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            _json.WriteStartObject();
            _json.WriteNumber("version", Version);
            _json.WriteString("notice", PredictionWriter.Notice);
            _json.WriteString("model", model);
            _json.WriteStartArray("warnings");
            foreach (string warning in questions.SelectMany(q => q.Warnings))
                _json.WriteStringValue(warning);
            _json.WriteEndArray();
            _json.WriteStartArray("records");
        }

        public void Write(string record, IReadOnlyList<WordsAnswer> answers)
        {
            _json.WriteStartObject();
            _json.WriteString("record", record);
            _json.WriteStartArray("answers");
            foreach (WordsAnswer answer in answers)
            {
                _json.WriteStartObject();
                _json.WriteString("question", answer.Question.Text);
                if (answer.Probability is { } p) _json.WriteNumber("probability", Math.Round(p, 6));
                else _json.WriteNull("probability");
                if (answer.IsFound is { } found) _json.WriteBoolean("found", found);
                if (!double.IsNaN(answer.HigherThan)) _json.WriteNumber("higher_than", Math.Round(answer.HigherThan, 4));
                _json.WriteNumber("cosine", Math.Round(answer.Cosine, 6));
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
            _json.WriteEndObject();
        }

        public void Complete()
        {
            _json.WriteEndArray();
            _json.WriteEndObject();
            _json.Flush();
        }

        public void Dispose() => _json.Dispose();
    }
}
