import { type PlotOptions, plot } from '@observablehq/plot'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

interface FigureProps {
  readonly caption: ComponentChildren
  /** What the picture shows, in a sentence, for those who do not see it. */
  readonly label: string
  /** The plot at a width in pixels: axes keep their size, whatever the screen. */
  readonly options: (width: number) => PlotOptions
  readonly children?: ComponentChildren
}

/** Parts of a picture that has a label of its own need none, and axe objects to them. */
const asOnePicture = (svg: Element, label: string): void => {
  for (const part of svg.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label')
    part.removeAttribute('aria-description')
  }
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label)
}

/** A figure drawn by Observable Plot, drawn again when its data or its width change. */
export const Figure = ({ caption, label, options, children }: FigureProps) => {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)

  useLayoutEffect(() => setWidth(place.current?.clientWidth ?? 0), [])
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => {
    if (width === 0) return
    const svg = plot({ ...options(width), width })
    asOnePicture(svg, label)
    place.current?.replaceChildren(svg)
  }, [width, options, label])

  return (
    <figure>
      <figcaption>{caption}</figcaption>
      {children}
      <div ref={place} />
    </figure>
  )
}
