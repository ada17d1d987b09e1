import { classCount } from '../data/digits.js'

/** Colours of the page as a canvas takes them. */
export interface Palette {
  readonly ink: string
  readonly soft: string
  readonly rule: string
  readonly wrong: string
  readonly card: string
  /** Of each digit. */
  readonly digits: readonly string[]
}

/** The style sheet's colours in the scheme that the page has now. */
export const readPalette = (element: Element): Palette => {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: colour('ink'),
    soft: colour('soft'),
    rule: colour('rule'),
    wrong: colour('wrong'),
    card: colour('card'),
    digits: Array.from({ length: classCount }, (_, digit) => colour(`digit-${digit}`)),
  }
}
