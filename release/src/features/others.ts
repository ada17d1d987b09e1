/** What other libraries offer. Each cell was looked up in the revision that its column names. */
export const comparison = `Looked up in the source code of these revisions. "–": the question does not arise there.

| | Arcmargin | [insightface](https://github.com/deepinsight/insightface) | [pytorch-metric-learning](https://github.com/KevinMusgrave/pytorch-metric-learning) | [OML](https://github.com/OML-Team/open-metric-learning) | [TensorFlow Similarity](https://github.com/tensorflow/similarity) | [TensorFlow.js](https://github.com/tensorflow/tfjs) |
|---|---|---|---|---|---|---|
| revision | this one | 7fadd420, July 2026 | 216a792c (2.8.1), December 2024 | 6be182e2, November 2025 | dc506d63, October 2023 | tfjs 4.22.0 |
| language | JavaScript | Python | Python | Python | Python | JavaScript |
| ArcFace | yes | yes | yes | yes | no | no |
| CosFace | yes | yes | yes | no | no | no |
| normalised softmax | yes | MXNet version | yes | no | no | no |
| SphereFace | yes | as m₁·θ in its MXNet and Paddle versions | yes, whole m | no | no | no |
| L-Softmax | yes | no | yes, whole m | no | no | no |
| SphereFace-R, SphereFace2 | yes | no | no | no | no | no |
| CurricularFace, MV-Softmax, MagFace, AdaFace, ElasticFace, AdaCos | yes | no | no | no | no | no |
| sub-centers | any loss | its own MXNet recipe | ArcFace | no | no | no |
| interclass filtering | yes | yes | no | no | no | no |
| margin per class or sample | any parameter | no | no | no | no | no |
| proxies: Proxy-NCA, Proxy-Anchor, SoftTriple | yes | no | yes | no | no | no |
| pairs | contrastive, triplet, multi-similarity, circle, SupCon, NT-Xent and eight more; not in webgpu | triplet, MXNet version | all of those, and more (VICReg, FastAP, …) | triplet, surrogate precision | triplet, multi-similarity, circle, lifted structure, PN, soft nearest neighbours, SimCLR, VICReg, … | no |
| miners, cross-batch memory | yes, in core | triplets, MXNet version | yes, more of them | yes | inside its losses; memory | no |
| several losses at once | pair losses with each other and with a margin loss, in core | no | yes | no | no | layers models: one loss an output |
| your own margin from a formula, gradient included | yes | no | by autograd | by autograd | by autograd | by autograd |
| ArcFace past π | a choice of five | nothing is done | one way | one way | – | – |
| finite gradient of ArcFace at θ = 0 | yes | yes, by a straight-through gradient | no | no | – | – |
| Partial FC | yes | yes | no | no | no | no |
| classes streamed, no N×C array | yes | split over GPUs, N×C on each | no | no | – | – |
| classes spread over machines | over MPI processes, on CPUs | over GPUs | no | no | – | – |
| batches spread over machines | no | yes | yes, a wrapper for PyTorch's | yes, by Lightning | by TensorFlow | no |
| half precision training | no | yes | tested with float16 | by Lightning's setting | no setting of its own | no |
| label smoothing, soft labels | no | no | no | label smoothing | no | in its softmax cross-entropy |
| runs in a browser | yes | no | no | no | no | yes |
| loss and gradient as WebAssembly, WebGPU and ONNX | yes | no | no | no | no | its own backends, without such losses |
| backbones and pretrained weights | no | faces | no | images, texts, audio | ImageNet backbones | general models, elsewhere |
| data sets | no | recipes for faces | CUB, Cars, SOP, iNaturalist | formats of its own | TFDS, files, TFRecord | no |
| verification metrics | ROC, TAR@FAR, EER, thresholds, LFW protocol | scripts: LFW folds, IJB | no | FNMR@FMR | thresholds calibrated at a metric | no |
| retrieval metrics | CMC, precision@1, R-precision, MAP@R, TPIR@FPIR | 1:N scripts for IJB | precision@1, R-precision, MAP@R, MRR, NMI, AMI | CMC, precision, MAP | MAP, precision, recall, NDCG at k | no |
| approximate nearest neighbours | no | no | through FAISS | no | NMSLIB, FAISS | no |`

/** What somebody who comes from these libraries will miss here. */
export const gaps: readonly string[] = [
  'No backbones, pretrained weights, data loaders or augmentation: bring your own network.',
  'No training on several GPUs. On several machines the classes of one head are spread over MPI processes on CPUs; a batch is not.',
  'No half precision but float16 class weights in ONNX and WebGPU: no loss scaling, no bfloat16.',
  'Label smoothing, soft labels and mixup are not supported; a label is a class or −1.',
  'Pair losses have no WebGPU kernels. Miners, cross-batch memory and sums of losses run in core only.',
  'VICReg, FastAP, ranked list and the other pair losses of pytorch-metric-learning without a row above are not here; of the margin losses BroadFace, QAFace, SST prototypes, CIFP and LiArcFace are not.',
  'No approximate nearest neighbours: retrieval compares with everything.',
  'Nothing has been measured on a physical GPU: WebGPU and WebGL were run on drivers in software.',
]
