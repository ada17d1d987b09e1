const distances =
  'pytorch-metric-learning takes distances from `torch.cdist`. In float32 and above 25 rows that goes through products, and equal samples are 7e-4 apart instead of 0.'

const softplus =
  'torch’s softplus is the identity above 20 and drops e^−20: terms of the reference are off by up to 2e-9.'

/** What was seen to go wrong in other implementations of pair losses when their code was run, by loss. */
export const pairFaults: Readonly<Record<string, readonly string[]>> = {
  contrastive: [distances],
  tripletMargin: [
    distances,
    'With `margin=None` OML and TensorFlow Similarity turn the hinge into a softplus; here that is a choice with a name, `hinge`.',
  ],
  liftedStructure: [distances],
  marginBeta: [distances],
  circlePair: [softplus],
  circlePooled: [softplus],
}
