import { memoryStore } from './memory.ts'
import { storeSuite } from './suite.ts'

storeSuite('memory store', async () => {
  const store = memoryStore()
  return { store, dispose: () => store.close() }
})
