import { createStore } from 'tinybase'
import { createIndexedDbPersister } from 'tinybase/persisters/persister-indexed-db'
import { contend } from '../pages/contender.ts'

const store = createStore()
const persister = createIndexedDbPersister(store, 'bench')

contend({
  async fill(rows) {
    store.setTable('messages', Object.fromEntries(rows.map((row) => [row.id, row])))
    await persister.save()
  },
  async open() {
    await persister.load()
    return store.getRowCount('messages')
  },
})
