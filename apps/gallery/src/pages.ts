/** A page of the gallery: a folder in apps/ with an index.html. */
export interface GalleryPage {
  readonly folder: string
  readonly title: string
  readonly text: string
  /** The published package that it shows. */
  readonly shows: string
}

/** Every page, in the order of the start page. */
export const pages: readonly GalleryPage[] = [
  {
    folder: 'enroll',
    title: 'Teach this page your things',
    text: 'A few pictures of each by camera or as files: an ArcFace head learns them in the page within seconds, names them live, and says when it does not know.',
    shows: '@arcmargin/wasm, @arcmargin/metrics and @arcmargin/onnx',
  },
  {
    folder: 'margin-explorer',
    title: 'Margin explorer',
    text: 'Target logit curves and decision margins of the ArcFace family under your hands, and an editor for a margin of your own.',
    shows: '@arcmargin/core',
  },
  {
    folder: 'hypersphere',
    title: 'Hypersphere',
    text: 'Handwritten digits on a circle or a sphere, trained in the page with six losses side by side: watch a margin open gaps between the classes.',
    shows: '@arcmargin/tfjs',
  },
  {
    folder: 'verification-lab',
    title: 'Verification lab',
    text: 'Are two drawings the same emoji? A movable threshold, ROC, identification among distractors and nearest neighbours, for trained nets and for embeddings of your own.',
    shows: '@arcmargin/metrics',
  },
  {
    folder: 'onnx-studio',
    title: 'ONNX studio',
    text: 'A loss, chosen or written, becomes an ONNX graph: drawn, run step by step on pictures in this page, and put behind a backbone of your own.',
    shows: '@arcmargin/onnx',
  },
  {
    folder: 'million-classes',
    title: 'A million classes',
    text: 'A head with as many classes as the GPU of this device holds, trained in the page, beside the same job composed of plain TensorFlow.js tensors.',
    shows: '@arcmargin/webgpu',
  },
]
