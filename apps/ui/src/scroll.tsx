import type { ComponentChildren } from 'preact'

interface ScrollProps {
  /** What is in it, for a screen reader. */
  readonly label: string
  readonly children: ComponentChildren
}

/** A box that scrolls sideways on a narrow screen; arrow keys reach it. */
export const Scroll = ({ label, children }: ScrollProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
  <section class="scroll" tabIndex={0} aria-label={label}>
    {children}
  </section>
)
