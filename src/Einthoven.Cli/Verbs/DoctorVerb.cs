// einthoven doctor: what this machine computes with, and what about it is known to go wrong.

using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Torch;

namespace Einthoven.Cli.Verbs;

internal static class DoctorVerb
{
    private const int LongestBuildLine = 80;

    // Read by libtorch and its libraries when they are loaded; each can change speed or results.
    private static readonly string[] Watched =
    [
        "LIBTORCH", "EINTHOVEN_BRIDGE", "EINTHOVEN_THREADS", "EINTHOVEN_STANDINS", "EINTHOVEN_MODELS", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS",
        "ATEN_CPU_CAPABILITY", "GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "LD_PRELOAD",
    ];

    public static Command Create()
    {
        var verb = new Verb("doctor", "Shows libtorch, BLAS, threads and processor, and warns of what is known to go wrong.", "einthoven doctor");
        verb.SetAction(_ => Run(Console.Out));
        return verb;
    }

    private static int Run(TextWriter output)
    {
        var warnings = new List<string>();
        void Row(string name, string value) => output.WriteLine($"{name,-12}{value}");

        Row("einthoven", EcgModel.LibraryVersion);
        Row("runtime", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}");
        Row("processor", $"{Environment.ProcessorCount} cores, {Features()}");
        Row("libtorch", TorchRuntime.Version);
        Row("bridge", TorchRuntime.BridgePath);
        Row("threads", $"{TorchRuntime.Threads}");
        Row("GPUs", $"{TorchRuntime.CudaDevices}");
        // The list of compiler flags fills a screen and tells nobody anything.
        foreach (string line in TorchRuntime.BuildDescription.Split('\n', StringSplitOptions.TrimEntries)
                     .Where(line => line.StartsWith("- ", StringComparison.Ordinal) && line.Length <= LongestBuildLine))
            Row("build", line[2..]);
        if (BlasLibrary.Find() is { } blas)
        {
            Row("BLAS", blas.Description);
            if (!blas.IsOptimized)
                warnings.Add("libblas.so.3 is the reference BLAS, some forty times slower than OpenBLAS: install libopenblas0-openmp.");
            else if (!blas.UsesOpenMP)
                warnings.Add("this OpenBLAS has threads of its own beside libtorch's: install libopenblas0-openmp and choose it with update-alternatives.");
        }

        Row("models", string.Join(", ", ModelCatalog.List().Select(entry => entry.Name)));
        foreach (string name in Watched)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                Row("environment", $"{name}={value}");
        }

        if (TorchRuntime.Threads < Environment.ProcessorCount)
            warnings.Add($"libtorch uses {TorchRuntime.Threads} of {Environment.ProcessorCount} cores (OMP_NUM_THREADS or EINTHOVEN_THREADS).");
        if (Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") is { Length: > 0 })
            warnings.Add("OPENBLAS_CORETYPE fixes the matrix kernels: results and speed differ from what was measured.");
        foreach (string warning in warnings)
            Row("warning", warning);
        return ExitStatus.Done;
    }

    private static string Features()
    {
        (string Name, bool Has)[] features =
        [
            ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-512", Avx512F.IsSupported),
        ];
        string found = string.Join(" ", features.Where(feature => feature.Has).Select(feature => feature.Name));
        return found.Length == 0 ? RuntimeInformation.ProcessArchitecture.ToString() : found;
    }
}
