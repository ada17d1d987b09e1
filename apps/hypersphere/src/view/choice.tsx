import { useId } from 'preact/hooks'

interface ChoiceProps<Key extends string> {
  readonly label: string
  readonly value: Key | undefined
  /** Title of each choice, in order. */
  readonly titles: Readonly<Record<Key, string>>
  readonly onChange: (key: Key) => void
  readonly disabled?: boolean
}

/** One of a few, with its label before it. */
export const Choice = <Key extends string>({
  label,
  value,
  titles,
  onChange,
  disabled = false,
}: ChoiceProps<Key>) => {
  const id = useId()
  return (
    <span class="choice">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value ?? ''}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange(currentTarget.value as Key)}
      >
        {(Object.entries(titles) as [Key, string][]).map(([key, title]) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
    </span>
  )
}
