import { constants } from 'node:fs'
import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newIncarnation } from '../incarnation.ts'
import type { StreamState } from '../state.ts'
import { StoreFolders } from '../testing/store-folder.ts'
import { bytes, handOf } from '../testing/store-hand.ts'
import { Changes } from './changes.ts'
import { Journal } from './journal.ts'
import { JOURNAL_FILES, JournalDamage, readJournal } from './journal-files.ts'
import { decodeFrame, encodeFrame } from './journal-frame.ts'
import { type LmdbStore, lmdbStore } from './lmdb.ts'

vi.setConfig({ testTimeout: 60_000 })

const folders = new StoreFolders()
const open: LmdbStore[] = []
afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
  await folders.dispose()
})

const marks = { applied: 0, salt: 7 }

const change = (text: string): Changes => {
  const changes = new Changes()
  changes.putBatch('life', { at: 0, bytes: bytes(text) })
  return changes
}

/** The texts that `folder`'s journal holds, oldest first. */
const textsIn = async (folder: string, known = marks) =>
  (await readJournal(folder, known)).flatMap(({ changes }) =>
    [...changes.batches.values()].flat().map((batch) => Buffer.from(batch.bytes).toString()),
  )

async function written(...texts: string[]): Promise<string> {
  const folder = await folders.make()
  const { journal } = await Journal.open(folder, marks)
  for (const text of texts) await journal.append(journal.frame(change(text)))
  await journal.close()
  return folder
}

const first = (folder: string) => join(folder, JOURNAL_FILES[0])

describe('a frame', () => {
  const path = fc.string({ unit: 'binary', maxLength: 20 })
  const state = fc.record({ tail: fc.nat(), contentType: fc.string() }) as fc.Arbitrary<unknown>
  const model = fc.record({
    states: fc.dictionary(path, fc.option(state as fc.Arbitrary<StreamState>, { nil: undefined })),
    batches: fc.dictionary(
      path,
      fc.array(fc.record({ at: fc.nat(), bytes: fc.uint8Array() }), { minLength: 1 }),
    ),
    producers: fc.dictionary(
      path,
      fc.dictionary(path, fc.record({ epoch: fc.nat(), seq: fc.nat() }), { minKeys: 1 }),
    ),
    ended: fc.array(path),
  })

  it('holds whatever is changed, and its number', () => {
    fc.assert(
      fc.property(model, fc.maxSafeNat(), fc.nat(), ({ batches, ended, producers, states }, number, salt) => {
        const changes = new Changes()
        for (const [at, value] of Object.entries(states)) changes.states.set(at, value)
        for (const [life, list] of Object.entries(batches))
          for (const one of list) changes.putBatch(life, one)
        for (const [life, ids] of Object.entries(producers)) {
          for (const [id, value] of Object.entries(ids)) changes.putProducer(life, id, value)
        }
        for (const life of ended) changes.end(life)
        const encoded = encodeFrame(number % 2 ** 47, changes, salt)
        const decoded = decodeFrame(Buffer.concat([Buffer.alloc(3), encoded]), 3, salt)
        expect(decoded?.number).toBe(number % 2 ** 47)
        expect(decoded?.end).toBe(encoded.length + 3)
        const plain = (all: Changes | undefined) => ({
          batches: [...(all?.batches ?? [])].map(([life, list]) => [
            life,
            list.map((one) => [one.at, Buffer.from(one.bytes).toString('hex')]),
          ]),
          ended: [...(all?.ended ?? [])],
          producers: [...(all?.producers ?? [])].map(([life, ids]) => [life, [...ids]]),
          states: [...(all?.states ?? [])],
        })
        expect(plain(decoded?.changes)).toEqual(plain(changes))
      }),
    )
  })

  it('with any one byte changed is none', () => {
    const encoded = encodeFrame(1, change('hello'), 7)
    for (let i = 0; i < encoded.length; i++) {
      const damaged = Buffer.from(encoded)
      damaged.writeUInt8(damaged.readUInt8(i) ^ 0x40, i)
      expect(decodeFrame(damaged, 0, 7)).toBeUndefined()
    }
    expect(decodeFrame(encoded, 0, 7)).toBeDefined()
  })

  it('of another store is none: an item that looks like one is only an item', () => {
    expect(decodeFrame(encodeFrame(1, change('hello'), 7), 0, 8)).toBeUndefined()
  })
})

describe('a journal', () => {
  it('has what was written, and goes on after it', async () => {
    const folder = await written('a', 'b')
    expect(await textsIn(folder)).toEqual(['a', 'b'])
    const { journal } = await Journal.open(folder, marks)
    await journal.append(journal.frame(change('c')))
    await journal.close()
    expect(await textsIn(folder)).toEqual(['a', 'b', 'c'])
    expect(await textsIn(folder, { ...marks, applied: 2 })).toEqual(['c'])
  })

  it('is opened so that a write is on the disk, and not only on its way, when it returns', async () => {
    const folder = await written()
    const { journal } = await Journal.open(folder, marks)
    const flags: number[] = []
    for (const fd of await readdir('/proc/self/fd')) {
      const target = await readlink(`/proc/self/fd/${fd}`).catch(() => '')
      if (!target.startsWith(join(folder, 'journal-'))) continue
      const info = await readFile(`/proc/self/fdinfo/${fd}`, 'utf8')
      flags.push(Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '', 8) & constants.O_DSYNC)
    }
    await journal.close()
    expect(flags).toEqual([constants.O_DSYNC, constants.O_DSYNC])
  })

  it('cut at any byte of its last frame has all before that, and writes over the rest', async () => {
    const folder = await written('one', 'two', 'three')
    const whole = await readFile(first(folder))
    const size = (text: string) => encodeFrame(1, change(text), 7).length
    const from = size('one') + size('two')
    for (let cut = from; cut < from + size('three'); cut++) {
      await writeFile(first(folder), Buffer.from(whole).fill(0, cut))
      expect(await textsIn(folder)).toEqual(['one', 'two'])
      await writeFile(first(folder), whole.subarray(0, cut))
      expect(await textsIn(folder)).toEqual(['one', 'two'])
    }
    const { journal } = await Journal.open(folder, marks)
    await journal.append(journal.frame(change('3')))
    await journal.close()
    expect(await textsIn(folder)).toEqual(['one', 'two', '3'])
  })

  it('damaged before its last frame is damaged, and says so', async () => {
    const folder = await written('one', 'two', 'three')
    const whole = await readFile(first(folder))
    for (let at = 0; at < encodeFrame(1, change('one'), 7).length; at++) {
      const damaged = Buffer.from(whole)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at)
      await writeFile(first(folder), damaged)
      await expect(textsIn(folder)).rejects.toThrow(JournalDamage)
      expect(await textsIn(folder, { ...marks, applied: 3 })).toEqual([])
    }
  })

  it('is written in turn, and reads what counts in the order it was written', async () => {
    const folder = await written()
    const { journal } = await Journal.open(folder, marks)
    for (const text of ['a', 'b']) await journal.append(journal.frame(change(text)))
    journal.turn()
    await journal.append(journal.frame(change('c')))
    expect(await textsIn(folder)).toEqual(['a', 'b', 'c'])
    journal.turn()
    await journal.append(journal.frame(change('d')))
    await journal.close()
    expect(await textsIn(folder, { ...marks, applied: 2 })).toEqual(['c', 'd'])
    await expect(textsIn(folder, { ...marks, applied: 1 })).rejects.toThrow(JournalDamage)
  })

  it('takes a frame that is longer than a file, and is as long as ever when it is written over', async () => {
    const folder = await written()
    const size = async () => (await stat(first(folder))).size
    const usual = await size()
    const { journal } = await Journal.open(folder, marks)
    const long = 'x'.repeat(usual)
    await journal.append(journal.frame(change(long)))
    expect(await size()).toBeGreaterThan(usual)
    expect(await textsIn(folder)).toEqual([long])
    journal.turn()
    await journal.append(journal.frame(change('b')))
    journal.turn()
    await journal.append(journal.frame(change('c')))
    await journal.close()
    expect(await size()).toBe(usual)
    expect(await textsIn(folder, { ...marks, applied: 2 })).toEqual(['c'])
  })

  it('of which a file is gone is damaged, once something was written', async () => {
    const folder = await folders.make()
    expect(await textsIn(folder)).toEqual([])
    await expect(textsIn(folder, { ...marks, applied: 1 })).rejects.toThrow(JournalDamage)
  })
})

describe('a store behind a journal', () => {
  it('has everything wherever it is killed while LMDB takes over, and reads it all meanwhile', async () => {
    const path = await folders.make()
    const store = lmdbStore({ path })
    open.push(store)
    const { append, create, readAll } = handOf(() => store)
    await create('a')
    let expected = ''
    for (let i = 0; i < 40; i++) {
      const text = `${i};${'x'.repeat(60_000)}`
      await append('a', text)
      expected += text
      expect(await readAll('a')).toBe(expected)
      if (i % 6 > 0) continue
      const killed = lmdbStore({ path: await folders.crash(path) })
      open.push(killed)
      expect(await handOf(() => killed).readAll('a')).toBe(expected)
    }
    const state = await store.head('a')
    for (let i = 0, at = 0; i < 40 && state; i++) {
      const page = await store.read(state, at, 1)
      expect(Buffer.from(page?.chunks[0] ?? []).toString()).toMatch(new RegExp(`^${i};x`))
      expect(await store.read(state, at + 1, 1)).toBeUndefined()
      at = page?.next ?? at
    }
  })

  it('refuses everything, and starts nothing anew, when its journal is damaged', async () => {
    const path = await folders.make()
    const store = lmdbStore({ path })
    open.push(store)
    const { append, create } = handOf(() => store)
    await create('a')
    await append('a', 'x')
    const killed = await folders.crash(path)
    const journal = await readFile(first(killed))
    await writeFile(first(killed), journal.fill(1, 30, 31))
    const damaged = lmdbStore({ path: killed })
    await expect(damaged.opened).rejects.toThrow('the journal is damaged')
    await expect(damaged.head('a')).rejects.toThrow('the journal is damaged')
    await damaged.close()
    expect((await readFile(first(killed))).equals(journal)).toBe(true)
  })

  it('keeps no life that ended, be it in the journal or in LMDB', async () => {
    const path = await folders.make()
    let store = lmdbStore({ path })
    const { append, create, remove } = handOf(() => store)
    await create('a', { fresh: newIncarnation() })
    await append('a', 'x', { producer: { id: 'p', epoch: 0, seq: 0 } })
    await store.close()
    store = lmdbStore({ path })
    open.push(store)
    await store.opened
    expect(store.stats()).toEqual({ streams: 1, producers: 1 })
    await remove('a')
    expect(store.stats().streams).toBe(0)
    await expect.poll(() => store.stats(), { timeout: 30_000 }).toEqual({ streams: 0, producers: 0 })
  })
})
