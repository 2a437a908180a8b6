// JSON of packages, by generated code: no reflection at start-up.

using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;

namespace Einthoven.Models.Packages;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    NewLine = "\n",
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(InputContract))]
internal sealed partial class PackageJson : JsonSerializerContext;
