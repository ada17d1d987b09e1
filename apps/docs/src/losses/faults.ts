/**
 * What was seen to go wrong in other implementations when their code was run, by loss. Each is a fact about a revision of 2025 or 2026 and may
 * have been mended since.
 */
const aligned = (who: string): string =>
  `An embedding that lies exactly on its class weight has an infinite derivative in ${who}: one such sample makes its whole class weight NaN. Here its loss and gradient are finite.`

const masked = (who: string): string =>
  `${who} take the square root or the arc cosine of every entry and mask afterwards, so alignment with a *wrong* class is NaN as well (0 · ∞).`

const insightface =
  "insightface's arcface_torch trains with a straight-through gradient: the backward pass treats d logit / d cosθ as s for every class, whatever the angle, and its code does not say so. It is here as `gradient: 'straightThrough'`."

const singles =
  'pytorch-metric-learning turns a fractional margin into a whole number without a word: 1.35 becomes 1.'

const minedJump =
  "FaceX-Zoo's target for the additive-cosine kind jumps up by m where cosθ = m, because the margin is taken off above it only."

const elasticAligned = aligned('the official code')

const elasticPlus =
  'The official code permutes the sorted margins by the wrong order: in batches of 64 about 3 % of the samples get the margin of their rank. It also fails on the label -1 that it means to leave out.'

export const faults: Readonly<Record<string, readonly string[]>> = {
  normFace: ["TFace's `distfc` NormFace cannot be constructed: it raises a TypeError."],
  adaCos: [
    'With two classes the fixed start of the scale, √2·log(C − 1), is 0 and stays 0: the loss is log 2 for ever. Here `minimumScale` keeps it above 0.5. With one class the public code raises.',
    'The scale of the public code is not in its `state_dict`: a checkpoint forgets it. Here it is part of `state`.',
  ],
  arcFace: [
    aligned(
      'pytorch-metric-learning, OML, CurricularFace, MagFace, ElasticFace, FaceX-Zoo and ronghuaiyang/arcface-pytorch',
    ),
    masked('OML, MagFace, ElasticFace, FaceX-Zoo and ronghuaiyang/arcface-pytorch'),
    insightface,
    "insightface's reported loss stops at 69.08, because the probability is floored at 1e-30; here it is the loss.",
    'pytorch-metric-learning takes the margin in degrees, 28.6; everything here is in radians.',
    'Clamping the cosine by 1e-7 to 1e-4 does nothing in float16, where all of these round to 1.',
  ],
  arcFaceClipped: [
    'opensphere clips θ + m at 3.14159 and trains with a straight-through gradient; the class weights are normalised in place, so their gradient is not that of the loss by the weights.',
  ],
  combined: [
    "insightface's `CombinedMarginLoss` cannot combine: with m₃ > 0 it drops m₁ and m₂. `CombinedMarginLoss(64, 1, 0.5, 0.2)` is a CosFace; other combinations raise an error without a message.",
    'It writes into the tensor of cosines that it was handed.',
  ],
  cosFace: [
    "AdaFace's copy of CosFace clamps the cosine to ±(1 − 1e-4), which has no use: CosFace is singular nowhere.",
  ],
  lSoftmax: [singles],
  sphereFace: [
    singles,
    'The original Caffe code and its ports overwrite or renormalise the class weights in each forward pass.',
  ],
  sphereFaceAnnealed: [
    'The ports disagree about the schedule: Caffe’s prototxt has max(5, 1000/(1 + 0.12·t)), clcarwin’s PyTorch port max(5, 1500/(1 + 0.1·t)). Both are here (`clcarwinSchedule`).',
  ],
  sphereFaceR: [
    'opensphere detaches the margin: the backward pass is that of s·cosθ. The printed loss therefore does not belong to the gradient. Here the exact gradient is the default, and theirs has a name.',
  ],
  sphereFace2: [
    'The closed form of the starting bias cancels for few classes and large scales, up to infinity; here it is written so that it does not.',
  ],
  curricularFace: [
    aligned('the official code'),
    'The `easy_margin` branch of the official code raises a NameError.',
    'The weight of the new mean is 0.01 in the official code and 0.1 in TFace.',
  ],
  mvArc: [aligned('FaceX-Zoo')],
  mvArcFixed: [aligned('FaceX-Zoo')],
  mvArcFaceXZoo: [aligned('FaceX-Zoo')],
  mvAm: [minedJump],
  mvAmFixed: [minedJump],
  mvAmFaceXZoo: [minedJump],
  magFace: [
    aligned('the official code'),
    masked('The official code and its ports'),
    'The default past π, `easy`, jumps up by 0.435·s at 90° for m = 0.45: a sample at 91° is rewarded for not coming closer. It is kept as the default because the paper’s results were trained with it; `mirror` has no jump.',
  ],
  adaFace: [
    'A batch of one makes the official code’s standard deviation NaN, and its running statistics NaN for ever, even with t_alpha = 1. Here a batch of one leaves `std` alone.',
    'Its clamps stop the gradient below 2.56° and for hard positives of low norm near π. That is part of the loss as published, and kept.',
  ],
  elasticArcFace: [elasticAligned],
  elasticArcFacePlus: [elasticAligned, elasticPlus],
  elasticCosFacePlus: [elasticPlus],
  kappaFace: [
    'When every class has one sample, the official code raises a RuntimeError; `kappaWeights` then goes by the classes’ sizes alone.',
  ],
  uniFace: [
    'The official code clips logits to ±s, which stops the gradient of a positive with s(cosθ − m) − b < −s: the samples that need it most. That is part of the loss as published, and kept.',
  ],
  proxyNca: [
    'With scale 64, pytorch-metric-learning reports loss 0 and gradient 0 for its hardest sample, because a probability of 0 is dropped.',
  ],
}
