import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lmdbStore } from './lmdb.ts'
import { storeSuite } from './suite.ts'

storeSuite('LMDB store', async () => {
  const path = await mkdtemp(join(tmpdir(), 'strandline-lmdb-'))
  let store = lmdbStore({ path })
  return {
    store,
    reopen: async () => {
      await store.close()
      store = lmdbStore({ path })
      return store
    },
    dispose: async () => {
      await store.close()
      await rm(path, { recursive: true })
    },
  }
})
