// Makes a model package of somebody else's checkpoint.

using System.Globalization;
using System.Security.Cryptography;
using Einthoven.Models.Generating;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Packages;

/// <summary>Imports checkpoints.</summary>
public static class ModelImport
{
    /// <summary>Reads a checkpoint and writes a package whose check was made by the imported network.</summary>
    /// <param name="checkpoint">The authors' file.</param>
    /// <param name="family">Whose it is; a row of <see cref="ModelFamilies"/> that can import.</param>
    /// <param name="folder">The package to make.</param>
    /// <param name="name">The model's name.</param>
    /// <returns>The description as it was written.</returns>
    /// <exception cref="ModelPackageException">The family is unknown or imports nothing, or the folder holds something else.</exception>
    /// <exception cref="CheckpointException">The file is damaged or belongs to another family.</exception>
    public static ModelDescription Run(string checkpoint, string family, string folder, string name)
    {
        GeneratorFamily? generators = GeneratorFamilies.Find(family);
        Func<TorchCheckpoint, ImportedModel> import = (generators is null ? ModelFamilies.Get(family).Import : generators.Import)
            ?? throw new ModelPackageException($"The family \"{family}\" has no checkpoints to import.");
        using TorchCheckpoint file = TorchCheckpoint.Open(checkpoint);
        ImportedModel imported = import(file);
        if (generators is not null)
        {
            using EcgGenerator generator = EcgGenerator.Create(imported.Description, imported.Weights);
            ModelDescription made = Described(generator.Network);
            ModelPackage.Save(folder, made, imported.Weights, Card(made), GeneratorCheck.Record(generator));
            return made;
        }

        using EcgModel model = EcgModel.Create(imported.Description, imported.Weights);
        ModelDescription description = Described(model.Network);
        ModelCheck check = ModelCheck.Record(model, MadeRecording(description));
        ModelPackage.Save(folder, description, imported.Weights, Card(description), check);
        return description;

        ModelDescription Described(Module network) => imported.Description with
        {
            Name = name,
            Provenance = new Dictionary<string, string>(imported.Description.Provenance)
            {
                ["parameters"] = network.ParameterCount.ToString("N0", CultureInfo.InvariantCulture),
                ["checkpoint"] = Path.GetFileName(checkpoint),
                ["checkpointSha256"] = Sum(checkpoint),
                ["importedWith"] = $"einthoven {EcgModel.LibraryVersion}",
            },
        };
    }

    // Sines of 1 to 12 Hz that differ from lead to lead: no ECG, but every weight takes part.
    private static EcgRecord MadeRecording(ModelDescription description)
    {
        Contracts.InputContract input = description.Input;
        return new EcgRecord("made", "check", input.SamplingRateHz, input.WindowSamples,
            [.. input.Leads.Select((lead, index) => new EcgLead(lead, "mV", input.SamplingRateHz, Sines(index + 1, input)))]);
    }

    private static double[] Sines(int lead, Contracts.InputContract input)
    {
        var samples = new double[input.WindowSamples];
        for (int sample = 0; sample < samples.Length; sample++)
        {
            double phase = 2 * Math.PI * sample / input.SamplingRateHz;
            samples[sample] = (0.5 * Math.Sin(phase * lead)) + (0.2 * Math.Cos(phase * (1.2 + (0.1 * lead))));
        }

        return samples;
    }

    private static string Sum(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Card(ModelDescription description) =>
        $"""
        # {description.Name}

        {description.Summary}

        Imported, not trained here: what it was trained on, how well it does and under which licence it may be used is for its authors to say.
        No thresholds came with it unless model.json says otherwise; 0.5 is a plain default.

        {string.Join('\n', description.Provenance.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"- {entry.Key}: {entry.Value}"))}

        Research use; not a medical device.

        """;
}
