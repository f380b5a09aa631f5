import { expect, it } from 'vitest'
import type { Store } from '../stores/store.ts'
import { bytes, type Hand } from './store-hand.ts'

/** What the suite asks of a store that holds forks. */
export function forkCases(current: () => Store, { append, create, forkOf, readAll, remove }: Hand): void {
  it('reads a fork through its chain, each up to where the next branched off', async () => {
    await create('a', { bytes: bytes('aaa') })
    await append('a', 'AAA')
    await create('b', { fork: await forkOf('a', 3), bytes: bytes('bbb') })
    await append('a', 'more')
    await create('c', { fork: await forkOf('b', 6) })
    await append('b', 'BBB')
    await append('c', 'ccc')
    expect(await readAll('b')).toBe('aaabbbBBB')
    expect(await readAll('c')).toBe('aaabbbccc')
    expect(await readAll('c', 3)).toBe('bbbccc')
    expect(await readAll('c', 6)).toBe('ccc')
  })

  it('cuts a batch that a fork took a part of', async () => {
    await create('a', { bytes: bytes('hello') })
    await create('b', { fork: { ...(await forkOf('a', 0)), sub: 3, cut: 3 }, bytes: bytes('p!') })
    expect(await readAll('b')).toBe('help!')
    expect(await readAll('b', 3)).toBe('p!')
  })

  it('hides a deleted stream as long as forks read it, then removes the chain', async () => {
    await create('a', { bytes: bytes('aaa') })
    await create('b', { fork: await forkOf('a', 3) })
    await create('c', { fork: await forkOf('b', 3) })
    await remove('a')
    await remove('b')
    expect(await remove('a')).toMatchObject({ refusal: { code: 'gone' } })
    expect(await create('a')).toMatchObject({ refusal: { code: 'already-exists' } })
    expect(await readAll('c')).toBe('aaa')
    await remove('c')
    expect(current().stats().streams).toBe(0)
  })
}
