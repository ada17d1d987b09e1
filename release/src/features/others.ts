/**
 * What other libraries offer, as their code shows: deepinsight/insightface (arcface_torch) 7fadd420, KevinMusgrave/pytorch-metric-learning
 * 216a792c (2.8.1), OML-Team/open-metric-learning 6be182e2, tensorflow/similarity dc506d63, and TensorFlow.js 4.22.
 */
export const comparison = `| | Arcmargin | insightface | pytorch-metric-learning | OML | TensorFlow Similarity | TensorFlow.js |
|---|---|---|---|---|---|---|
| language | JavaScript | Python | Python | Python | Python | JavaScript |
| ArcFace, CosFace | yes | yes | yes | ArcFace | no | no |
| SphereFace, L-Softmax, SphereFace-R, SphereFace2 | yes | no | SphereFace, L-Softmax | no | no | no |
| CurricularFace, MV-Softmax, MagFace, AdaFace, ElasticFace, AdaCos | yes | no | no | no | no | no |
| sub-centers | any loss | an older MXNet version | ArcFace | no | no | no |
| margin per class or sample | any parameter | no | no | no | no | no |
| proxies: Proxy-NCA, Proxy-Anchor, SoftTriple | yes | no | yes | no | no | no |
| pairs: contrastive, triplet, multi-similarity, circle, SupCon, NT-Xent | core only | no | yes, and more | triplet | yes, and more | no |
| miners, cross-batch memory | core only | no | yes, and more | yes | memory | no |
| several losses at once | core only | no | yes | no | no | no |
| your own margin from a formula, gradient included | yes | no | autograd | autograd | autograd | autograd |
| past π by name | five ways | none | one | one | – | – |
| finite gradient at θ = 0 | yes | yes, by a gradient of its own | no | no | – | – |
| Partial FC | yes | yes | no | no | no | no |
| classes streamed, no N×C array | yes | sharded over GPUs | no | no | no | no |
| many machines | no | yes | yes, by PyTorch | by PyTorch | by TensorFlow | no |
| half precision training | no | yes | yes | yes | yes | no |
| runs in a browser | yes | no | no | no | no | yes |
| WebAssembly, WebGPU, ONNX of loss and gradient | yes | no | no | no | no | backends, no loss |
| soft labels, mixup | no | no | no | no | no | – |
| backbones, pretrained weights, data sets | no | yes | no | yes | some | models |
| verification and retrieval metrics | yes | scripts | retrieval | retrieval | retrieval | no |
| approximate nearest neighbours | no | no | through FAISS | no | yes | no |`

/** What somebody who comes from these libraries will miss here. */
export const gaps: readonly string[] = [
  'No backbones, pretrained weights, data loaders or augmentation: bring your own network.',
  'No training on several machines or GPUs; class weights live on one device.',
  'No half precision but float16 class weights in ONNX and WebGPU: no loss scaling, no bfloat16.',
  'Soft labels and mixup are not supported; a label is a class or −1.',
  'Pair losses and miners run in core; a – above says which backends do not have them.',
  'BroadFace, QAFace, SST prototypes, CIFP and LiArcFace are not here.',
  'TensorFlow.js and ONNX are float32; at angles of 1e-4 their gradients have about three digits.',
  'Nothing has been measured on a physical GPU: WebGPU was run on drivers in software.',
]
