/**
 * Run as a program of its own on one folder: walks everything in an LMDB store and exits 0 when it is
 * sound, 1 when it is not, 2 when that cannot be told.
 * Damage can make reading the map crash the process, which is why it is not done in the relay's own.
 */
import { open } from 'lmdb'
import type { StreamState } from '../state.ts'
import { lifeRange, positionOf } from './lmdb-keys.ts'

const [path = ''] = process.argv.slice(2)

/** Tells the parent that from here on a crash is the store's doing, not that of a program that cannot run. */
process.stdout.write('walking')

/** System errors (no rights, no memory) say nothing of the store; LMDB's own are negative. */
process.on('uncaughtException', (error) => {
  process.exit('code' in error && typeof error.code === 'number' && error.code > 0 ? 2 : 1)
})

const root = open<Buffer, Buffer>({
  path,
  readOnly: true,
  maxDbs: 4,
  overlappingSync: false,
  encoding: 'binary',
  keyEncoding: 'binary',
})
const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
const heads = root.openDB<string, string>({ name: 'heads', encoding: 'string' })
const batches = root.openDB<Buffer, Buffer>({ name: 'batches', ...binary })
const producers = root.openDB<string, Buffer>({
  name: 'producers',
  encoding: 'string',
  keyEncoding: 'binary',
})
const purge = root.openDB<Buffer, Buffer>({ name: 'purge', ...binary })

function walk(): boolean {
  for (const { value } of heads.getRange()) {
    const state: StreamState = JSON.parse(value)
    let next = state.origin?.cut ?? 0
    for (const batch of batches.getRange(lifeRange(state.incarnation))) {
      if (positionOf(batch.key) !== next) return false
      next += batch.value.length
    }
    if (next !== state.tail) return false
  }
  for (const { value } of producers.getRange()) if (!/^\d+ \d+$/.test(value)) return false
  for (const key of purge.getKeys()) if (key.length === 0) return false
  return true
}

const sound = walk()
await root.close()
process.exit(sound ? 0 : 1)
