// Turns what a user names (files, folders, patterns, a list on standard input) into the recordings to read.
using Einthoven.Signals.Formats;
using Einthoven.Signals.Formats.Wfdb;

namespace Einthoven.Signals;

/// <summary>Expands arguments into an ordered list of inputs without repetition.</summary>
public static class EcgInputs
{
    /// <summary>Expands files, folders (recursively), patterns (<c>*</c>, <c>?</c>, <c>**</c>) and <c>-</c> (a list on standard input, one a line).</summary>
    /// <remarks>
    /// A file that is named is always an input, and fails loudly when it is no ECG. In a folder only recordings are taken:
    /// texts, annotations, tables without signals and data files that belong to a header are not.
    /// What does not exist becomes an entry with an error.
    /// </remarks>
    /// <param name="arguments">What the user named.</param>
    /// <param name="standardInput">The list behind <c>-</c>; the process's standard input when null.</param>
    public static EcgInputList Expand(IEnumerable<string> arguments, TextReader? standardInput = null)
    {
        var collector = new Collector();
        foreach (string argument in arguments)
        {
            if (argument != "-")
            {
                collector.Add(argument);
                continue;
            }
            TextReader reader = standardInput ?? Console.In;
            while (reader.ReadLine() is { } line)
            {
                string named = line.Trim();
                if (named.Length > 0) collector.Add(named);
            }
        }
        return new EcgInputList(collector.Inputs, collector.Ignored);
    }

    sealed class Collector
    {
        readonly HashSet<string> _seen = new(StringComparer.Ordinal);

        public List<EcgInput> Inputs { get; } = [];

        public List<string> Ignored { get; } = [];

        public void Add(string argument)
        {
            if (argument.Length == 0) return;
            if (Directory.Exists(argument)) AddFolder(argument);
            else if (File.Exists(argument)) AddFile(argument);
            else if (RecordPath.Split(argument) is (var file, not null) && File.Exists(file)) Take(argument, argument);
            else if (WfdbPaths.HeaderOf(argument) is { } header) Take(argument, header);
            else if (argument.AsSpan().IndexOfAny('*', '?') >= 0) AddPattern(argument);
            else Fail(argument, "does not exist", "check the path");
        }

        // A data file that has a header beside it stands for the record, as the header does.
        void AddFile(string path)
        {
            if (!RecordPath.IsContainer(path))
            {
                Take(path, FolderScan.HeaderFor(path) ?? path);
                return;
            }
            foreach (EcgInput input in FolderScan.InputsOf(path)) AddFound(input);
        }

        void AddFound(EcgInput input)
        {
            if (input.Error is null) Take(input.Path, input.Path);
            else if (_seen.Add(Path.GetFullPath(input.Path))) Inputs.Add(input);
        }

        void AddFolder(string folder)
        {
            FolderScan scan;
            try
            {
                scan = FolderScan.Of(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Fail(folder, error.Message, "check that the folder may be read");
                return;
            }
            Ignored.AddRange(scan.Ignored);
            foreach (EcgInput input in scan.Inputs) AddFound(input);
            if (scan.Inputs.Count == 0) Fail(folder, "the folder holds no ECG", $"formats read: {string.Join(", ", EcgFormats.List.Select(f => f.Name))}");
        }

        void AddPattern(string pattern)
        {
            bool any = false;
            foreach (string path in FilePattern.Matches(pattern))
            {
                any = true;
                if (Directory.Exists(path)) AddFolder(path);
                else AddMatch(path);
            }
            if (!any) Fail(pattern, "the pattern matches no file", "check the path, and quote the pattern if the shell changes it");
        }

        // A pattern like records/* is a way to name a folder's content: the same rules as in a folder.
        void AddMatch(string path)
        {
            if (FolderScan.IsInput(path)) AddFile(path);
            else Ignored.Add(path);
        }

        void Take(string path, string key)
        {
            if (_seen.Add(Path.GetFullPath(key))) Inputs.Add(new EcgInput(path));
        }

        void Fail(string path, string found, string advice)
        {
            if (_seen.Add(path)) Inputs.Add(new EcgInput(path, new EcgFormatException(path, "", found, advice)));
        }
    }
}
