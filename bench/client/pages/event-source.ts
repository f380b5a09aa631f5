import type { ChatRow } from '../speed/rows.ts'
import { streamUrl } from './schema.ts'
import { watchRows } from './watch-rows.ts'

/** The least that shows what others say: an `EventSource` and a list. */
const list = document.createElement('ol')
document.getElementById('root')?.append(list)

watchRows()
const source = new EventSource(`${streamUrl()}?offset=-1&live=sse`)
source.addEventListener('data', ({ data }) => {
  for (const { value } of JSON.parse(data) as { value: ChatRow }[]) {
    const row = document.createElement('li')
    row.id = value.id
    row.textContent = value.text
    list.prepend(row)
    if (list.childElementCount > 50) list.lastElementChild?.remove()
  }
})
