// Model packages: what is written is read again, and everything that can be wrong with one is named.

using System.IO.Compression;
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.Tests.Contracts;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Tests.Packages;

public sealed class ModelPackageTests
{
    [Fact]
    public void A_package_is_read_as_it_was_written()
    {
        using var small = new SmallModel();
        using ModelPackage package = ModelPackage.Open(small.Folder);

        Assert.Equal(Serialized(SmallModel.Description), Serialized(package.Description));
        Assert.Equal("# A card\n", package.Card);
        Assert.True(package.HasCheck);
        Assert.Null(package.FindDamage());
    }

    [Fact]
    public void The_description_uses_plain_words_that_other_tools_can_read()
    {
        using JsonDocument json = JsonDocument.Parse(Serialized(SmallModel.Description));
        JsonElement input = json.RootElement.GetProperty("input");

        Assert.Equal(1, json.RootElement.GetProperty("formatVersion").GetInt32());
        Assert.Equal("endpoint-linear", input.GetProperty("resampling").GetString());
        Assert.Equal("fixed-scale", input.GetProperty("normalization").GetProperty("kind").GetString());
        Assert.Equal("max", json.RootElement.GetProperty("labels")[1].GetProperty("aggregation").GetString());
    }

    [Fact]
    public void Every_contract_survives_JSON()
    {
        InputContract contract = Records.Contract() with { Normalization = new Standardize { Epsilon = 1e-8 }, ShortRecords = ShortRecordPolicy.PadZero };
        string json = JsonSerializer.Serialize(contract, PackageJson.Default.InputContract);
        InputContract again = JsonSerializer.Deserialize(json, PackageJson.Default.InputContract)!;

        Assert.Equal(json, JsonSerializer.Serialize(again, PackageJson.Default.InputContract));
        Assert.Equal(contract.Normalization, again.Normalization);
    }

    [Theory]
    [InlineData("")]
    [InlineData("small/")]
    public void A_zip_of_the_folder_is_a_package_too(string prefix)
    {
        using var small = new SmallModel();
        string zip = Path.Combine(small.Root, "small.zip");
        ZipFile.CreateFromDirectory(small.Folder, zip, CompressionLevel.Fastest, includeBaseDirectory: prefix.Length > 0);
        string unpacked;
        using (ModelPackage package = ModelPackage.Open(zip))
        {
            unpacked = package.Folder;
            Assert.Null(package.FindDamage());
            using SafeTensorsFile weights = package.OpenWeights();
            Assert.NotEmpty(weights.Tensors);
        }

        Assert.False(Directory.Exists(unpacked));
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("model.json")]
    public void A_missing_file_is_named(string file)
    {
        using var small = new SmallModel();
        File.Delete(Path.Combine(small.Folder, file));
        Assert.Contains(file, Assert.Throws<ModelPackageException>(() => ModelPackage.Open(small.Folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"formatVersion\": 1", "\"formatVersion\": 2", "formatVersion is 2")]
    [InlineData("\"formatVersion\": 1", "\"formatVersion\": 1, \"colour\": 1", "colour")]
    [InlineData("\"windowSamples\": 50", "\"windowSamples\": 0", "windowSamples is 0")]
    [InlineData("\"windowSamples\": 50,", "", "windowSamples")]
    [InlineData("\"threshold\": 0.3", "\"threshold\": 3", "threshold of \"atrial fibrillation\"")]
    [InlineData("\"normal ECG\"", "\"atrial fibrillation\"", "twice")]
    [InlineData("\"max\"", "\"median\"", "model.json line")]
    [InlineData("\"name\": \"small\"", "\"name\": \"a/b\"", "a/b")]
    public void A_description_that_makes_no_sense_is_refused_with_the_place(string correct, string wrong, string message)
    {
        using var small = new SmallModel(withCheck: false);
        string file = Path.Combine(small.Folder, "model.json");
        string json = File.ReadAllText(file);
        Assert.Contains(correct, json, StringComparison.Ordinal);
        File.WriteAllText(file, json.Replace(correct, wrong, StringComparison.Ordinal));

        Assert.Contains(message, Assert.Throws<ModelPackageException>(() => ModelPackage.Open(small.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_byte_is_found_by_the_checksums()
    {
        using var small = new SmallModel(withCheck: false);
        string weights = Path.Combine(small.Folder, "weights.safetensors");
        byte[] bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);

        using ModelPackage package = ModelPackage.Open(small.Folder);
        Assert.Contains("weights.safetensors", package.FindDamage(), StringComparison.Ordinal);
    }

    [Fact]
    public void Saving_replaces_a_package_but_no_other_folder_and_no_file_of_others()
    {
        using var small = new SmallModel();
        File.WriteAllText(Path.Combine(small.Folder, "notes.txt"), "mine");
        ModelPackage.Save(small.Folder, SmallModel.Description, [], "# Another card\n");
        Assert.Equal("mine", File.ReadAllText(Path.Combine(small.Folder, "notes.txt")));
        Assert.False(File.Exists(Path.Combine(small.Folder, "check.safetensors")));

        string other = Directory.CreateDirectory(Path.Combine(small.Root, "other")).FullName;
        File.WriteAllText(Path.Combine(other, "notes.txt"), "mine");
        Assert.Throws<ModelPackageException>(() => ModelPackage.Save(other, SmallModel.Description, [], ""));
        Assert.Equal(["notes.txt"], Directory.GetFileSystemEntries(other).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void An_unknown_name_lists_the_models_and_suggests_the_nearest()
    {
        using var small = new SmallModel();
        string? before = Environment.GetEnvironmentVariable("EINTHOVEN_MODELS");
        Environment.SetEnvironmentVariable("EINTHOVEN_MODELS", small.Root);
        try
        {
            Assert.Contains(ModelCatalog.List(), entry => entry == new CatalogEntry("small", small.Folder));
            using ModelPackage found = ModelCatalog.Open("small");
            string message = Assert.Throws<ModelPackageException>(() => ModelCatalog.Open("smal")).Message;
            Assert.Contains("Did you mean small?", message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("EINTHOVEN_MODELS", before);
        }
    }

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("same", "same", 0)]
    public void The_distance_of_names_counts_edits(string left, string right, int edits) => Assert.Equal(edits, ModelCatalog.Distance(left, right));

    private static string Serialized(ModelDescription description) => JsonSerializer.Serialize(description, PackageJson.Default.ModelDescription);
}
