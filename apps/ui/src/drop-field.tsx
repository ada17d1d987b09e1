import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'

interface DropFieldProps {
  readonly label: ComponentChildren
  /** Kinds of files, as a file field has them: `.onnx`, `image/*`. */
  readonly accept: string
  /** Whether several files may come at once; only the first is taken otherwise. */
  readonly multiple?: boolean
  readonly onFiles: (files: File[]) => void
  readonly children?: ComponentChildren
}

/** A place to drop files on, and a file field for the same. */
export const DropField = ({ label, accept, multiple, onFiles, children }: DropFieldProps) => {
  const id = useId()
  const [over, setOver] = useState(false)
  const take = (list: FileList | null | undefined): void => {
    const files = [...(list ?? [])]
    if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the file field in it does the same by keyboard
    <div
      class={`card drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer?.files)
      }}
    >
      <label for={id}>{label}</label>{' '}
      <input
        id={id}
        type="file"
        multiple={multiple}
        accept={accept}
        onChange={(event) => {
          take(event.currentTarget.files)
          // The same file again is a change too.
          event.currentTarget.value = ''
        }}
      />
      {children}
    </div>
  )
}
