import { useMemo } from 'preact/hooks'
import type { Drawing } from '../model/drawing.js'
import { layout, type PlacedVertex } from '../model/layout.js'

interface PictureProps {
  readonly title: string
  readonly drawing: Drawing
  /** Told what a box opens and of which kind it is. */
  readonly onOpen: (opens: string, kind: string) => void
}

/** A graph as boxes and arrows. Clicks on boxes are a shortcut to the buttons above it. */
export const Picture = ({ title, drawing, onOpen }: PictureProps) => {
  const { width, height, vertices, edges } = useMemo(() => layout(drawing), [drawing])
  const label = `${title}: ${vertices.length} boxes and ${edges.length} arrows, from top to bottom`
  return (
    <figure>
      <figcaption>{title}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="drawing" tabIndex={0} aria-label={title}>
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img">
          <title>{label}</title>
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0,0.5L8,4L0,7.5z" fill="var(--soft)" />
            </marker>
          </defs>
          {edges.map((path) => (
            <path key={path} class="edge" d={path} marker-end="url(#arrow)" />
          ))}
          {vertices.map((vertex) => (
            <Box key={vertex.id} vertex={vertex} onOpen={onOpen} />
          ))}
        </svg>
      </section>
    </figure>
  )
}

const Box = ({
  vertex: { x, y, width, height, title, note, kind, opens },
  onOpen,
}: {
  readonly vertex: PlacedVertex
  readonly onOpen: PictureProps['onOpen']
}) => (
  // biome-ignore lint/a11y/noStaticElementInteractions: the buttons above the drawing do the same by keyboard
  <g
    class={opens === undefined ? kind : `${kind} opens`}
    transform={`translate(${x - width / 2},${y - height / 2})`}
    onClick={() => opens !== undefined && onOpen(opens, kind)}
  >
    <rect width={width} height={height} rx={kind === 'input' || kind === 'output' ? 20 : 6} />
    <text x={width / 2} y={note === '' ? 26 : 18}>
      {title}
    </text>
    <text class="of" x={width / 2} y="33">
      {note}
    </text>
  </g>
)
