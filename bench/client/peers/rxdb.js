import { createRxDatabase } from 'rxdb/plugins/core'
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie'
import { contend } from '../pages/contender.ts'

const text = (maxLength) => ({ type: 'string', ...(maxLength && { maxLength }) })

async function collection() {
  const db = await createRxDatabase({ name: 'bench', storage: getRxStorageDexie(), multiInstance: true })
  const { messages } = await db.addCollections({
    messages: {
      schema: {
        version: 0,
        primaryKey: 'id',
        type: 'object',
        properties: { id: text(40), room: text(), author: text(), ts: { type: 'number' }, text: text() },
        required: ['id', 'room', 'author', 'ts', 'text'],
      },
    },
  })
  return messages
}

contend({
  async fill(rows) {
    const messages = await collection()
    for (let at = 0; at < rows.length; at += 10_000) {
      const { error } = await messages.bulkInsert(rows.slice(at, at + 10_000))
      if (error.length > 0) throw new Error(`RxDB refused ${error.length} rows`)
    }
  },
  async open() {
    const messages = await collection()
    const rows = await messages.find().exec()
    return rows.length
  },
})
