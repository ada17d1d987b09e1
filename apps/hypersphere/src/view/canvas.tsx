import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { turn } from '../motion.js'
import { type Palette, readPalette } from './palette.js'

/** Draws on a square of `size` CSS pixels, cleared before. */
type Draw = (context: CanvasRenderingContext2D, size: number, palette: Palette) => void

interface CanvasProps {
  /** What the picture shows, in a sentence. */
  readonly label: string
  /** Called again whenever a signal that it reads changes. */
  readonly draw: Draw
  /** Whether dragging turns what is drawn. */
  readonly turns: boolean
}

/** A square picture that follows its width, the resolution of the screen and the colour scheme. */
export const Canvas = ({ label, draw, turns }: CanvasProps) => {
  const place = useRef<HTMLCanvasElement>(null)

  useEffect(() => {
    const canvas = place.current
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return
    let palette = readPalette(canvas)
    const paint = (): void => {
      const size = canvas.clientWidth
      const pixels = Math.round(size * devicePixelRatio)
      if (canvas.width !== pixels) {
        canvas.width = pixels
        canvas.height = pixels
      }
      context.setTransform(pixels / size, 0, 0, pixels / size, 0, 0)
      context.clearRect(0, 0, size, size)
      draw(context, size, palette)
    }
    const recolour = (): void => {
      palette = readPalette(canvas)
      paint()
    }
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    const observer = new ResizeObserver(paint)
    observer.observe(canvas)
    scheme.addEventListener('change', recolour)
    const stop = effect(paint)
    return () => {
      stop()
      observer.disconnect()
      scheme.removeEventListener('change', recolour)
    }
  }, [draw])

  const drag = (event: PointerEvent): void => {
    if (!turns || event.buttons === 0) return
    const degreesPerPixel = 0.5
    const [longitude, latitude] = turn.value
    const tilt = latitude - event.movementY * degreesPerPixel
    const spun = longitude + event.movementX * degreesPerPixel
    turn.value = [((spun % 360) + 360) % 360, Math.min(90, Math.max(-90, tilt))]
  }
  const hold = (event: PointerEvent): void => {
    if (turns) place.current?.setPointerCapture(event.pointerId)
  }
  return (
    <canvas
      ref={place}
      class={turns ? 'turns' : undefined}
      role="img"
      aria-label={label}
      onPointerDown={hold}
      onPointerMove={drag}
    />
  )
}
