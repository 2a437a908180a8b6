// Reads conv_feature_layers, which published configurations give as a Python expression: "[(256, 2, 2)] * 4".
using System.Globalization;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.EcgFm;

/// <summary>Lists of integer triples, joined by + and multiplied by integers; nothing else is understood, and nothing is run.</summary>
internal ref struct ConvLayersExpression
{
    // Far beyond any real network, so that "* 1000000000" ends here and not in memory.
    private const int MostLayers = 100;

    private readonly ReadOnlySpan<char> text;
    private int position;

    private ConvLayersExpression(string text) => this.text = text;

    /// <summary>The blocks that an expression lists.</summary>
    /// <exception cref="CheckpointException">It is no such expression.</exception>
    public static IReadOnlyList<ConvLayer> Parse(string text)
    {
        ConvLayersExpression reader = new(text);
        List<ConvLayer> layers = reader.Sum();
        if (reader.Next() != '\0' || layers.Count == 0) throw reader.Fault();
        return layers;
    }

    private List<ConvLayer> Sum()
    {
        List<ConvLayer> sum = Product();
        while (Take('+'))
        {
            sum.AddRange(Product());
            if (sum.Count > MostLayers) throw Fault();
        }

        return sum;
    }

    private List<ConvLayer> Product()
    {
        int times = 1;
        List<ConvLayer>? list = null;
        do
        {
            if (char.IsAsciiDigit(Next())) times = checked(times * Math.Min(Number(), MostLayers + 1));
            else if (list == null) list = List();
            else throw Fault();
            if (times > MostLayers) throw Fault();
        }
        while (Take('*'));

        if (list == null || list.Count * times > MostLayers) throw Fault();
        return [.. Enumerable.Repeat(list, times).SelectMany(l => l)];
    }

    private List<ConvLayer> List()
    {
        List<ConvLayer> layers = [];
        if (Take('('))
        {
            layers = Sum();
            Expect(')');
            return layers;
        }

        Expect('[');
        while (Next() != ']')
        {
            Expect('(');
            int width = Number();
            Expect(',');
            int kernel = Number();
            Expect(',');
            int stride = Number();
            Take(',');
            Expect(')');
            layers.Add(new(width, kernel, stride));
            if (layers.Count > MostLayers) throw Fault();
            if (!Take(',')) break;
        }

        Expect(']');
        return layers;
    }

    private int Number()
    {
        Next();
        int start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position])) position++;
        return int.TryParse(text[start..position], NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? value : throw Fault();
    }

    private char Next()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
        return position < text.Length ? text[position] : '\0';
    }

    private bool Take(char wanted)
    {
        if (Next() != wanted) return false;
        position++;
        return true;
    }

    private void Expect(char wanted)
    {
        if (!Take(wanted)) throw Fault();
    }

    private readonly CheckpointException Fault() =>
        new($"conv_feature_layers is \"{text}\"; at character {position + 1} it is not a sum of lists such as [(256, 2, 2)] * 4.");
}
