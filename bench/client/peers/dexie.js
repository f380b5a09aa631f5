import Dexie from 'dexie'
import { contend } from '../pages/contender.ts'

const db = new Dexie('bench')
db.version(1).stores({ messages: 'id, ts' })

contend({
  async fill(rows) {
    await db.messages.bulkPut(rows)
  },
  async open() {
    const rows = await db.messages.toArray()
    return rows.length
  },
})
