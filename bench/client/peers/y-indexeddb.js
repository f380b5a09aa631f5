import { IndexeddbPersistence, storeState } from 'y-indexeddb'
import { Doc } from 'yjs'
import { contend } from '../pages/contender.ts'

const doc = new Doc()
const kept = new IndexeddbPersistence('bench', doc)
const messages = doc.getMap('messages')

contend({
  async fill(rows) {
    await kept.whenSynced
    for (let at = 0; at < rows.length; at += 1000)
      doc.transact(() => {
        for (const row of rows.slice(at, at + 1000)) messages.set(row.id, row)
      })
    // Its updates as one, which is the quickest to load.
    await storeState(kept, true)
  },
  async open() {
    await kept.whenSynced
    return [...messages.values()].length
  },
})
