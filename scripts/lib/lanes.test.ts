import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { runLanes } from './lanes.mjs'

const passed = { passed: 1, failed: 0, skipped: 0, tail: [] }

/** Lanes that end when told, and a diary of what happened. */
function stage(cores: number, specs: { name: string; cores?: number; after?: string[] }[]) {
  const diary: string[] = []
  const end = new Map<string, () => void>()
  const lanes = specs.map((spec) => ({
    ...spec,
    work: () => new Promise<typeof passed>((resolve) => end.set(spec.name, () => resolve(passed))),
  }))
  const results = runLanes(lanes, {
    cores,
    onStart: (name) => {
      diary.push(`+${name}`)
      return () => {}
    },
    onEnd: ({ name }) => diary.push(`-${name}`),
  })
  const finish = async (name: string) => {
    end.get(name)?.()
    await settle()
  }
  return { diary, finish, results }
}

const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await setImmediate()
}

describe('runLanes', () => {
  it('starts in order, as many as there are cores', async () => {
    const { diary, finish, results } = stage(2, [{ name: 'a' }, { name: 'b' }, { name: 'c' }])
    await settle()
    expect(diary).toEqual(['+a', '+b'])
    await finish('b')
    expect(diary).toEqual(['+a', '+b', '-b', '+c'])
    await finish('c')
    await finish('a')
    expect((await results).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  it('leaves a lane that wants every core alone, and lets nothing overtake it', async () => {
    const { diary, finish, results } = stage(2, [{ name: 'a' }, { name: 'browser', cores: 2 }, { name: 'c' }])
    await settle()
    expect(diary).toEqual(['+a'])
    await finish('a')
    expect(diary.slice(2)).toEqual(['+browser'])
    await finish('browser')
    expect(diary.at(-1)).toBe('+c')
    await finish('c')
    await results
  })

  it('runs a lane that wants more cores than there are, by itself', async () => {
    const { diary, finish, results } = stage(1, [{ name: 'a' }, { name: 'browser', cores: 2 }])
    await settle()
    expect(diary).toEqual(['+a'])
    await finish('a')
    await finish('browser')
    await results
  })

  it('waits for the lanes a lane names, and goes past it meanwhile', async () => {
    const { diary, finish, results } = stage(2, [
      { name: 'types' },
      { name: 'e2e', after: ['types'] },
      { name: 'c' },
    ])
    await settle()
    expect(diary).toEqual(['+types', '+c'])
    await finish('types')
    expect(diary.at(-1)).toBe('+e2e')
    await finish('c')
    await finish('e2e')
    await results
  })

  it('does not wait for a lane that was not chosen', async () => {
    const { diary, finish, results } = stage(2, [{ name: 'e2e', after: ['types'] }])
    await settle()
    expect(diary).toEqual(['+e2e'])
    await finish('e2e')
    await results
  })

  it('counts a lane that throws as one failure, and runs the rest', async () => {
    const broken = { name: 'broken', work: () => Promise.reject(new Error('no such tool')) }
    const fine = { name: 'fine', work: async () => passed }
    const ignore = () => {}
    const results = await runLanes([broken, fine], { cores: 1, onStart: () => ignore, onEnd: ignore })
    expect(results.map(({ tally }) => [tally.passed, tally.failed, tally.tail])).toEqual([
      [0, 1, ['no such tool']],
      [1, 0, []],
    ])
  })
})
