// The mean over frames that ECG-FM's classifier and its contrast of segments see.
// Source: fairseq-signals, models/finetuning_model.py and criterions/wav2vec2_criterion.py.
using Einthoven.Torch;

namespace Einthoven.Models.EcgFm;

/// <summary>Pooling of the encoder's frames.</summary>
public static class EcgFmPooling
{
    /// <summary>
    /// As published: the sum of each channel over the number of its values that are not zero, which leaves out padded frames, and an exact
    /// zero among the others too. A row that is all padding gives NaN.
    /// </summary>
    /// <param name="frames">[batch, frames, width], zero at padding.</param>
    /// <returns>[batch, width].</returns>
    public static Tensor Mean(Tensor frames) => frames.Sum([1]) / frames.Ne(0).To(frames.DType).Sum([1]);
}
