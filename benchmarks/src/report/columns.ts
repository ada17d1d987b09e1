import Table from 'cli-table3'

/** Columns parted by two spaces, one line under the head. */
const plain = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '─', 'mid-mid': '──', right: '', 'right-mid': '' },
  middle: '  ',
}

/** A table as text: the first column to the left, the others to the right. */
export const columns = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: plain,
  })
  table.push(...rows.map((row) => [...row]))
  return table.toString().replace(/[ ]+$/gm, '')
}
