import type { ComponentChildren } from 'preact'

interface PageProps {
  readonly title: string
  readonly children: ComponentChildren
  /** What the page was made with, below it. */
  readonly footer: ComponentChildren
  /** Where the start page is, seen from this one; undefined: this is it. */
  readonly home?: string
}

/** What every page has around it: the way home, a way past the header, and the footer. */
export const Page = ({ title, children, footer, home }: PageProps) => (
  <>
    <a class="skip" href="#main">
      To the content
    </a>
    <header class="top">
      {home === undefined ? (
        <span class="brand">Arcmargin</span>
      ) : (
        <a class="brand" href={home}>
          Arcmargin
        </a>
      )}
      <span class="note">angular-margin losses for JavaScript</span>
    </header>
    <main id="main">
      <h1>{title}</h1>
      {children}
    </main>
    <footer>{footer}</footer>
  </>
)
