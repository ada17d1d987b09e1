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
    folder: 'margin-explorer',
    title: 'Margin explorer',
    text: 'Target logit curves and decision margins of the ArcFace family under your hands, and an editor for a margin of your own.',
    shows: '@arcmargin/core',
  },
]
