// The sinus node: an interval that swings with the breath and with slow waves of pressure, after the spectrum of McSharry et al. 2003.
namespace Einthoven.Signals.Simulation;

internal sealed class SinusNode
{
    private const double WaveHz = 0.1;

    private readonly SimulationRandom _random;
    private readonly double _breath;
    private readonly double _wave;
    private readonly double _breathPhase;
    private readonly double _wavePhase;

    /// <param name="intervalSeconds">Mean interval.</param>
    /// <param name="breathShare">How far the breath swings it, as a share.</param>
    /// <param name="breathHz">Breaths a second.</param>
    /// <param name="random">Draws.</param>
    public SinusNode(double intervalSeconds, double breathShare, double breathHz, SimulationRandom random)
    {
        Interval = intervalSeconds;
        BreathHz = breathHz;
        _random = random;
        _breath = breathShare;
        _wave = random.Between(0.005, 0.02);
        _breathPhase = random.Between(0, 2 * Math.PI);
        _wavePhase = random.Between(0, 2 * Math.PI);
    }

    public double Interval { get; }

    public double BreathHz { get; }

    /// <summary>The interval that begins at a time.</summary>
    public double After(double time) =>
        (Interval * (1 + (_breath * Math.Sin((2 * Math.PI * BreathHz * time) + _breathPhase)) + (_wave * Math.Sin((2 * Math.PI * WaveHz * time) + _wavePhase))))
        + (0.003 * _random.Normal());
}
