/**
 * Run as a program of its own on one folder: walks everything in an LMDB store and exits 0 when it is sound.
 * Damage can make reading the map crash the process, which is why it is not done in the relay's own.
 */
import { open } from 'lmdb'
import type { StreamState } from '../state.ts'
import { lifeRange, positionOf } from './lmdb-keys.ts'

const [path = '', snapshot] = process.argv.slice(2)

const root = open<Buffer, Buffer>({
  path,
  readOnly: true,
  maxDbs: 4,
  overlappingSync: false,
  encoding: 'binary',
  keyEncoding: 'binary',
  ...(snapshot === 'previous' && { usePreviousSnapshot: true }),
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
