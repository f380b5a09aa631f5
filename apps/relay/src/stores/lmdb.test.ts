import { StoreFolders } from '../testing/store-folder.ts'
import { lmdbStore } from './lmdb.ts'
import { type SuiteStore, storeSuite } from './suite.ts'

async function open(end: 'close' | 'crash'): Promise<SuiteStore> {
  const folders = new StoreFolders()
  const path = await folders.make()
  let last = lmdbStore({ path })
  return {
    store: last,
    reopen: async () => {
      const next = end === 'crash' ? await folders.crash(path) : path
      await last.close()
      last = lmdbStore({ path: next })
      return last
    },
    dispose: async () => {
      await last.close()
      await folders.dispose()
    },
  }
}

storeSuite('LMDB store', () => open('close'))
storeSuite('LMDB store, killed', () => open('crash'))
