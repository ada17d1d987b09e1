import { useState } from 'preact/hooks'

interface CopyButtonProps {
  /** What the button says before it is used. */
  readonly label: string
  /** The text, made when it is asked for. */
  readonly text: () => string
}

/** Copies text, and says whether that worked: a page without permission or without TLS may not. */
export const CopyButton = ({ label, text }: CopyButtonProps) => {
  const [said, say] = useState('')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text())
      say('Copied')
    } catch {
      say('The browser refused; select the text and copy it')
    }
  }
  return (
    <>
      <button type="button" onClick={copy} onBlur={() => say('')}>
        {label}
      </button>
      <span class="note" role="status">
        {said}
      </span>
    </>
  )
}
