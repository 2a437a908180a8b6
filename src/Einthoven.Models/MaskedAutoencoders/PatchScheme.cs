// What a patch of a masked autoencoder is: the one thing in which the three methods differ.
namespace Einthoven.Models.MaskedAutoencoders;

/// <summary>How a window is cut into patches.</summary>
public enum PatchScheme
{
    /// <summary>
    /// ST-MEM (Na et al., "Guiding masked representation learning to capture spatio-temporal relationship of electrocardiogram", ICLR 2024):
    /// consecutive samples of one lead. Each lead is masked alone, has a vector of its own and a separator at both ends.
    /// </summary>
    LeadPatches,

    /// <summary>MTAE (Zhang et al., IEEE TIM 2022): consecutive samples of all leads together; one token stands for the window.</summary>
    TimePatches,

    /// <summary>MLAE (same source): whole leads; one token stands for the window.</summary>
    WholeLeads,
}
