// From detected beats to marks: classes are averaged, the averages delineated in every lead, and P and T followed from beat to beat.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

/// <summary>One averaged beat and what was found in it.</summary>
sealed record DelineatedClass(BeatClass Average, WaveFinder Finder, WavePlaces Places, bool HasP, bool HasT, IReadOnlyList<int> Fiducials);

/// <summary>Marks, and the averages behind them for measuring amplitudes.</summary>
sealed record DelineationResult(BeatSignals Signals, BeatSeries Series, IReadOnlyList<DelineatedClass> Classes);

static class BeatDelineator
{
    // Long recordings are averaged in parts, so that the averages follow them.
    const int BeatsAPart = 40;
    const double MinPContrast = 1.45, MinPContrastAlone = 2.0, MinTContrast = 1.2, MinPLikeness = 0.75, MinBeatPLikeness = 0.35, MinPSizeShare = 0.3, MinPOverQrs = 0.012;

    public static DelineationResult Delineate(BeatSignals signals, EdgeModel? model = null)
    {
        int[] beats = QrsDetector.Detect(signals);
        string[] names = [.. signals.Leads.Select(l => l.Name)];
        List<string> remarks = [.. signals.Remarks];
        if (beats.Length == 0)
        {
            remarks.Add(signals.Leads.Count == 0 ? "no lead can be measured" : "no heartbeat found");
            return new(signals, new BeatSeries(names, [], remarks), []);
        }
        Center(signals, beats);
        var result = new Beat?[beats.Length];
        var classes = new List<DelineatedClass>();
        var shapes = new List<int>();
        int parts = Math.Max(1, (int)Math.Round((double)beats.Length / BeatsAPart));
        for (int part = 0; part < parts; part++)
        {
            int start = (int)((long)beats.Length * part / parts), end = (int)((long)beats.Length * (part + 1) / parts);
            List<BeatClass> groups = BeatClasses.Group(signals, beats, [.. Enumerable.Range(start, end - start)]);
            double tEnd = BeatSignals.Ms(330);
            for (int g = 0; g < groups.Count; g++)
            {
                DelineatedClass found = Find(groups[g], beats, tEnd);
                if (g == 0 && found.HasT) tEnd = found.Places.TPeak - BeatClasses.Before + BeatSignals.Ms(100);
                classes.Add(found);
                shapes.Add(g);
            }
        }
        double[][] soft = Soften(signals, beats, classes);
        for (int c = 0; c < classes.Count; c++)
        {
            classes[c] = classes[c] with { HasP = classes[c].HasP && KeepsPlace(classes[c], beats, soft), Fiducials = [.. classes[c].Average.Members.Select(m => beats[m])] };
            Mark(classes[c], shapes[c], signals, beats, soft, model ?? EdgeModel.Default, result);
        }
        return new(signals, new BeatSeries(names, [.. result.OfType<Beat>().OrderBy(b => b.Marks.RPeak)], remarks), classes);
    }

    // The fiducial point: the middle of the energy is steadier than any peak, but the peaks are what people mark; start at the main lead's.
    static void Center(BeatSignals signals, int[] beats)
    {
        int reach = BeatSignals.Ms(70);
        BeatLead main = signals.Independent().MaxBy(l => MedianSwing(l.Smooth, beats, reach))!;
        (double High, double Low)[] swings = [.. beats.Select(b => Extremes(main.Smooth, b, reach))];
        bool isUp = Statistics.Median([.. swings.Select(s => s.High + s.Low)]) >= 0;
        for (int k = 0; k < beats.Length; k++)
        {
            // A beat of the other direction keeps its own peak.
            bool up = isUp ? swings[k].High > -0.5 * swings[k].Low : -swings[k].Low < 0.5 * swings[k].High;
            beats[k] = Peak(main.Smooth, beats[k], reach, up);
        }
    }

    static DelineatedClass Find(BeatClass group, int[] beats, double usualTEnd)
    {
        int at = BeatClasses.Before;
        int toPrevious = int.MaxValue, toNext = int.MaxValue;
        var intervals = new List<double>();
        foreach (int member in group.Members)
        {
            if (member > 0) intervals.Add(beats[member] - beats[member - 1]);
            if (member + 1 < beats.Length) toNext = Math.Min(toNext, beats[member + 1] - beats[member]);
        }
        if (intervals.Count > 0) toPrevious = (int)Statistics.Quantile([.. intervals], 0.25);
        if (toNext == int.MaxValue) toNext = toPrevious;
        int first = toPrevious == int.MaxValue ? 0 : Math.Max(0, at - toPrevious + (int)Math.Min(usualTEnd, 0.55 * toPrevious));
        int last = toNext == int.MaxValue ? group.Length - 1 : (int)Math.Min(group.Length - 1, at + 0.85 * toNext);
        var finder = new WaveFinder(group.Smooth, group.Sharp);
        WavePlaces places = finder.Find(at, first, last);
        bool hasT = places.TPeak >= 0 && places.TContrast > MinTContrast;
        bool hasP = places.PPeak >= 0 && places.PSize > MinPOverQrs && places.PContrast > (group.Members.Count > 2 ? MinPContrast : MinPContrastAlone);
        return new(group, finder, places, hasP, hasT, []);
    }

    // A P wave comes before every QRS in the same way; what only the average shows, or one beat, is chance.
    static bool KeepsPlace(DelineatedClass found, int[] beats, double[][] soft)
    {
        if (found.Average.Members.Count <= 2) return true;
        var p = new FollowedWave(soft, found.Finder, found.Places.PPeak, BeatSignals.Ms(60), BeatClasses.Before);
        return Statistics.Median([.. found.Average.Members.Select(m => p.At(beats[m], 0))]) > MinPLikeness;
    }

    // The whole leads without QRS and without what is sharp.
    static double[][] Soften(BeatSignals signals, int[] beats, List<DelineatedClass> classes)
    {
        double[][] bridged = [.. signals.Leads.Select(l => (double[])l.Smooth.Clone())];
        foreach (DelineatedClass found in classes)
        {
            foreach (int member in found.Average.Members)
            {
                int zero = beats[member] - BeatClasses.Before;
                foreach (double[] lead in bridged) WaveFinder.Bridge(lead, zero + found.Places.Start, zero + found.Places.QrsOff);
            }
        }
        return FollowedWave.Soften(bridged);
    }

    static void Mark(DelineatedClass found, int shape, BeatSignals signals, int[] beats, double[][] soft, EdgeModel model, Beat?[] result)
    {
        WavePlaces places = found.Places;
        int leads = signals.Leads.Count;
        double[][] edges = new double[leads][];
        int[] pPeaks = new int[leads], tPeaks = new int[leads];
        for (int l = 0; l < leads; l++)
        {
            edges[l] = new double[6];
            foreach (Edge edge in Enum.GetValues<Edge>())
            {
                bool isThere = edge is Edge.QrsOn or Edge.QrsOff || (edge is Edge.POn or Edge.POff ? found.HasP : found.HasT);
                edges[l][(int)edge] = isThere ? model.Mark(edge, found.Finder.Candidates(edge, l, places)) : double.NaN;
            }
            pPeaks[l] = found.HasP ? found.Finder.LeadPeak(l, places.PPeak, BeatSignals.Ms(26)) : -1;
            tPeaks[l] = found.HasT ? found.Finder.LeadPeak(l, places.TPeak, BeatSignals.Ms(50)) : -1;
        }
        FollowedWave? p = found.HasP ? new(soft, found.Finder, places.PPeak, BeatSignals.Ms(60), BeatClasses.Before) : null;
        FollowedWave? t = found.HasT ? new(soft, found.Finder, places.TPeak, BeatSignals.Ms(100), BeatClasses.Before) : null;
        foreach (int member in found.Average.Members)
        {
            int fiducial = beats[member];
            (double pLikeness, int pShift) = p?.Follow(fiducial, BeatSignals.Ms(36)) ?? (0, 0);
            bool hasP = p is not null && pLikeness > MinBeatPLikeness && p.Size(fiducial, pShift) > MinPSizeShare
                && fiducial - BeatClasses.Before + places.PPeak + pShift > BeatSignals.Ms(30);
            (_, int tShift) = t?.Follow(fiducial, BeatSignals.Ms(30)) ?? (0, 0);
            bool hasT = t is not null && fiducial - BeatClasses.Before + places.TPeak + tShift < signals.Samples - BeatSignals.Ms(60);
            WaveMarks[] marks = new WaveMarks[leads];
            for (int l = 0; l < leads; l++)
            {
                double zero = fiducial - BeatClasses.Before;
                double? Time(double offset, bool isThere, int shift) =>
                    isThere && double.IsFinite(offset) ? Math.Clamp((zero + offset + shift) / BeatSignals.Rate, 0, signals.Samples / BeatSignals.Rate) : null;
                marks[l] = new()
                {
                    POn = Time(edges[l][(int)Edge.POn], hasP, pShift),
                    PPeak = Time(pPeaks[l], hasP, pShift),
                    POff = Time(edges[l][(int)Edge.POff], hasP, pShift),
                    QrsOn = Time(edges[l][(int)Edge.QrsOn], true, 0),
                    RPeak = LeadPeak(signals.Leads[l].Smooth, fiducial) / BeatSignals.Rate,
                    QrsOff = Time(edges[l][(int)Edge.QrsOff], true, 0),
                    TOn = Time(edges[l][(int)Edge.TOn], hasT, tShift),
                    TPeak = Time(tPeaks[l], hasT, tShift),
                    TOff = Time(edges[l][(int)Edge.TOff], hasT, tShift),
                };
            }
            result[member] = new Beat(Together(marks, fiducial / BeatSignals.Rate), marks, shape);
        }
    }

    static WaveMarks Together(WaveMarks[] leads, double fiducial)
    {
        double? Middle(Func<WaveMarks, double?> mark)
        {
            double[] values = [.. leads.Select(mark).OfType<double>()];
            return values.Length == 0 ? null : Statistics.Median(values);
        }
        return new()
        {
            POn = Middle(m => m.POn),
            PPeak = Middle(m => m.PPeak),
            POff = Middle(m => m.POff),
            QrsOn = Middle(m => m.QrsOn),
            RPeak = fiducial,
            QrsOff = Middle(m => m.QrsOff),
            TOn = Middle(m => m.TOn),
            TPeak = Middle(m => m.TPeak),
            TOff = Middle(m => m.TOff),
        };
    }

    static double LeadPeak(double[] x, int fiducial)
    {
        int reach = BeatSignals.Ms(50);
        (double high, double low) = Extremes(x, fiducial, reach);
        return Peak(x, fiducial, reach, up: high > -0.6 * low);
    }

    static double MedianSwing(double[] x, int[] beats, int reach) => Statistics.Median([.. beats.Select(b => Extremes(x, b, reach) is var e ? e.High - e.Low : 0)]);

    // Largest and smallest value around a place, from the level 100 ms before it.
    static (double High, double Low) Extremes(double[] x, int at, int reach)
    {
        double level = x[Math.Max(0, at - BeatSignals.Ms(100))], high = 0, low = 0;
        for (int i = Math.Max(0, at - reach); i <= Math.Min(x.Length - 1, at + reach); i++)
            (high, low) = (Math.Max(high, x[i] - level), Math.Min(low, x[i] - level));
        return (high, low);
    }

    static int Peak(double[] x, int at, int reach, bool up)
    {
        int best = at;
        for (int i = Math.Max(0, at - reach); i <= Math.Min(x.Length - 1, at + reach); i++)
            if (up ? x[i] > x[best] : x[i] < x[best]) best = i;
        return best;
    }
}
