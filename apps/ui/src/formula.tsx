import { useLayoutEffect, useRef } from 'preact/hooks'
import temml from 'temml'

/** LaTeX as MathML, which browsers draw and screen readers read. */
export const Formula = ({ latex }: { readonly latex: string }) => {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (place.current) temml.render(latex, place.current, { displayMode: true })
  }, [latex])
  return <div ref={place} />
}
