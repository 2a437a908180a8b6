// What happens in the heart and when: activations of atria and ventricles, spikes, and what flutters or fibrillates meanwhile.
namespace Einthoven.Signals.Simulation;

internal enum AtrialKind
{
    Sinus,
    Ectopic,
    Retrograde,
    Paced,
}

internal enum VentricularKind
{
    Conducted,
    ConductedEctopic,
    Junctional,
    Supraventricular,
    Premature,
    Tachycardia,
    Escape,
    Paced,
}

/// <summary>An activation of the atria: the start of P in seconds.</summary>
internal readonly record struct AtrialEvent(double At, AtrialKind Kind);

/// <summary>An activation of the ventricles: the start of QRS in seconds; the P wave that was conducted, or −1.</summary>
internal readonly record struct VentricularEvent(double At, VentricularKind Kind, int Atrium = -1);

internal sealed class RhythmPlan
{
    public List<AtrialEvent> Atria { get; } = [];

    public List<VentricularEvent> Ventricles { get; } = [];

    public List<double> Spikes { get; } = [];

    /// <summary>Waves a second of fibrillating atria; 0 where they do not.</summary>
    public double FibrillationHz { get; init; }

    /// <summary>Waves a second of fluttering atria; 0 where they do not.</summary>
    public double FlutterHz { get; init; }

    /// <summary>True where the ventricles fibrillate.</summary>
    public bool VentricularFibrillation { get; init; }

    /// <summary>Whether rates and premature beats allow one QRS axis and interval to stand for the recording.</summary>
    public VentricularKind Prevailing =>
        Ventricles.Count == 0 ? VentricularKind.Conducted : Ventricles.GroupBy(beat => beat.Kind).MaxBy(group => group.Count())!.Key;

    /// <summary>Adds a P wave and, where it is conducted, its QRS.</summary>
    public void Conduct(double p, double pr, AtrialKind kind = AtrialKind.Sinus, VentricularKind ventricles = VentricularKind.Conducted)
    {
        Atria.Add(new AtrialEvent(p, kind));
        Ventricles.Add(new VentricularEvent(p + pr, ventricles, Atria.Count - 1));
    }
}
