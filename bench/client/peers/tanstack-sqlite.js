import {
  createBrowserWASQLitePersistence,
  openBrowserWASQLiteOPFSDatabase,
  persistedCollectionOptions,
} from '@tanstack/browser-db-sqlite-persistence'
import { createCollection } from '@tanstack/db'
import { contend } from '../pages/contender.ts'

async function collection() {
  const database = await openBrowserWASQLiteOPFSDatabase({ databaseName: 'bench.sqlite' })
  const persistence = createBrowserWASQLitePersistence({ database })
  return createCollection(
    persistedCollectionOptions({ id: 'messages', getKey: (row) => row.id, persistence, schemaVersion: 1 }),
  )
}

contend({
  async fill(rows) {
    const messages = await collection()
    await messages.preload()
    for (let at = 0; at < rows.length; at += 5_000)
      await messages.insert(rows.slice(at, at + 5_000)).isPersisted.promise
  },
  async open() {
    const messages = await collection()
    await messages.preload()
    return messages.size
  },
})
