// A training on pairs of ECG and text as data.
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.Text;
using Einthoven.Models.Words;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Recipes;

/// <summary>Which text stands for a recording whenever it is met in training; what a recording does not have counts as a share of 0.</summary>
public sealed record TextOptions
{
    /// <summary>Share of short texts: statements alone, as questions are asked.</summary>
    public double Short { get; init; } = 1;

    /// <summary>Share of the reports that people or machines wrote.</summary>
    public double Report { get; init; }

    /// <summary>Share of micro-batches that are given whole texts: demographics, statements, and how they show (ESI's layout).</summary>
    public double Full { get; init; }

    /// <summary>Probability with which a short text keeps each statement; one is always kept.</summary>
    public double KeepStatement { get; init; } = 1;

    /// <summary>Whether a short text names its statements in random order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>What parts the statements of a report that is a list of them, as MIMIC-IV-ECG's machine statements are; empty: reports are prose.</summary>
    public string StatementSeparator { get; init; } = "";

    /// <summary>Statements, by name or code, that no text may name: what the model then knows of them it was never told.</summary>
    public IReadOnlyList<string> Withheld { get; init; } = [];
}

/// <summary>The contrast of this project's own network.</summary>
public sealed record EcgTextOptions
{
    /// <summary>Weight of the contrast.</summary>
    public double ContrastiveWeight { get; init; } = 1;

    /// <summary>Weight of the writing.</summary>
    public double WriterWeight { get; init; } = 1;

    /// <summary>Share of the pairs of a micro-batch whose statements are written: writing costs as much as the contrast and learns faster.</summary>
    public double WrittenShare { get; init; } = 1;

    /// <summary>How many of a process's pairs are written.</summary>
    internal int WrittenOf(int pairs) => Math.Max(1, (int)Math.Round(WrittenShare * pairs));

    /// <summary>Whether texts of other ECGs that read the same are left out of the contrast.</summary>
    public bool SameTextIsNoNegative { get; init; } = true;

    /// <summary>Whether short texts of other ECGs whose statements all hold for this one are left out too.</summary>
    public bool TrueTextIsNoNegative { get; init; } = true;
}

/// <summary>The recipe of a network of ECG and text. A batch counts pairs.</summary>
public sealed record WordsRecipe : TrainingRecipe
{
    /// <summary>The family, which settles the objective: ecg-text, esi-text or merl-text.</summary>
    public string Family { get; init; } = "ecg-text";

    /// <summary>The family's configuration; text.vocabulary is set from the vocabulary.</summary>
    public required JsonElement Network { get; init; }

    /// <summary>
    /// A model, by name or package, or a pretraining whose ECG encoder the training begins with; frozen, it makes a tuning of the text side
    /// alone (Zhai et al., "LiT", CVPR 2022). Empty: random weights.
    /// </summary>
    public string StartFrom { get; init; } = "";

    /// <summary>What the network expects of a recording.</summary>
    public required InputContract Input { get; init; }

    /// <summary>What varies the ECGs in training.</summary>
    public SupervisedAugmentation Augmentation { get; init; } = new();

    /// <summary>Which texts.</summary>
    public TextOptions Texts { get; init; } = new();

    /// <summary>Pieces of the vocabulary that is trained from the training texts.</summary>
    public WordPieceTrainingOptions Vocabulary { get; init; } = new();

    /// <summary>A vocabulary to use instead: a vocab.txt. Empty: one is trained.</summary>
    public string VocabularyFile { get; init; } = "";

    /// <summary>Tokens of a text at most, both ends included; at most what the text encoder takes.</summary>
    public int LongestText { get; init; } = 128;

    /// <summary>The objective of ecg-text.</summary>
    public EcgTextOptions EcgText { get; init; } = new();

    /// <summary>The objective of esi-text.</summary>
    public EsiOptions Esi { get; init; } = new();

    /// <summary>The objective of merl-text.</summary>
    public MerlOptions Merl { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Input.Validate();
        Require(WordsFamilies.Find(Family) is not null, $"family is \"{Family}\"; it can be {string.Join(", ", WordsFamilies.All.Select(f => f.Name))}");
        Require(Texts is { Short: >= 0, Report: >= 0, Full: >= 0 and <= 1 } && Texts.Short + Texts.Report + Texts.Full > 0, "the shares of texts are negative, or all 0");
        Require(Texts.KeepStatement is > 0 and <= 1, "texts.keepStatement is not in (0, 1]");
        Require(Texts.Withheld.Count == 0 || (Texts.Report == 0 && Texts.Full == 0), "texts.withheld needs texts.report and texts.full to be 0: reports and descriptions may name what is withheld");
        Require(LongestText >= 3, "longestText is below 3: two ends and a word");
        Require(Augmentation.MixupAlpha == 0, "augmentation.mixupAlpha is not 0: texts cannot be mixed");
        Require(Augmentation.OtherLimbLeads == 0, "augmentation.otherLimbLeads is for networks of one lead with labels");
        Require(Augmentation.CropSamples <= Input.WindowSamples, "augmentation.cropSamples is longer than the window");
        Require(EcgText.WrittenShare is > 0 and <= 1, "ecgText.writtenShare is not in (0, 1]");
        Require(EcgText is { ContrastiveWeight: >= 0, WriterWeight: >= 0 } && Merl.Temperature > 0, "a weight of ecgText is negative, or merl.temperature not positive");
    }
}
