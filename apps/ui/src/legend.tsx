/** How one line of a figure looks: dashes say again what the colour says. */
export interface Look {
  readonly title: string
  /** A CSS colour. */
  readonly colour: string
  /** SVG dash pattern; empty: a solid line. */
  readonly dash: string
}

/** Short strokes with names. */
export const Legend = ({ entries }: { readonly entries: readonly Look[] }) => (
  <ul class="legend">
    {entries.map(({ title, colour, dash }) => (
      <li key={title}>
        <svg viewBox="0 0 28 8" aria-hidden="true">
          <line
            x1="1"
            y1="4"
            x2="27"
            y2="4"
            stroke={colour}
            stroke-width="3"
            stroke-dasharray={dash}
          />
        </svg>
        {title}
      </li>
    ))}
  </ul>
)
