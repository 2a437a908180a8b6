// The header of a record that had to be read whole: formats whose files hold one small recording.
namespace Einthoven.Signals.Formats;

static class EcgHeaders
{
    public static EcgHeader Of(EcgRecord record) => new()
    {
        Id = record.Id,
        Path = record.Path,
        Format = record.Format,
        SamplingRateHz = record.SamplingRateHz,
        SampleCount = record.SampleCount,
        Leads = [.. record.Leads.Select(lead => new EcgLeadHeader(lead.Name, lead.Unit, lead.SamplingRateHz, lead.Samples.Length))],
    };
}
