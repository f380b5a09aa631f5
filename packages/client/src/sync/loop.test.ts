import { expect, test } from 'vitest'
import type { Page } from '../http/page.ts'
import { OFFSET_START, type Offset } from '../protocol/index.ts'
import type { Transport } from '../transport.ts'
import { runSync, type Shore, type SyncOptions } from './loop.ts'

const page = (from: Offset, to: Offset, upToDate: boolean): Page => {
  const common = { bytes: new Uint8Array(), closed: upToDate, incarnation: null, cursor: null }
  return { from, to, items: [{}], upToDate, ...common }
}

/** Three pages, the last of a closed stream; `store` is called for each and may wait. */
function catchUp(store: (page: Page) => ReturnType<Shore['accept']>) {
  const asked: Offset[] = []
  let head: Offset = OFFSET_START
  const read = async (from: Offset) => {
    asked.push(from)
    if (from === OFFSET_START) return page(from, '1', false)
    return from === '1' ? page(from, '2', false) : page(from, '3', true)
  }
  const shore: Shore = {
    head: async () => head,
    async accept(taken) {
      const outcome = await store(taken)
      if (outcome === 'stored') head = taken.to
      return outcome
    },
    drop: async () => undefined,
    synced: () => true,
    create: () => false,
    makeFirst: () => false,
  }
  const options: SyncOptions = {
    transport: { read } as unknown as Transport,
    shore,
    effects: { now: () => 0, random: () => 0, sleep: async () => undefined },
    presence: { online: () => true, visible: () => true, watch: () => undefined },
    slot: { held: () => false, take: async () => undefined, release: () => undefined },
    turn: (job) => job(),
    wanted: () => true,
    nudge: () => new Promise(() => undefined),
    report: () => undefined,
  }
  return { asked, done: runSync(options, new AbortController().signal), move: (to: Offset) => (head = to) }
}

test('the next page is asked for before the last is stored, and each is asked for once', async () => {
  const askedWhenStored: Offset[][] = []
  const { asked, done } = catchUp(async ({ from }) => {
    askedWhenStored.push([from, ...asked])
    return 'stored'
  })
  await done
  expect(askedWhenStored).toEqual([
    [OFFSET_START, OFFSET_START, '1'],
    ['1', OFFSET_START, '1', '2'],
    ['2', OFFSET_START, '1', '2'],
  ])
  expect(asked).toEqual([OFFSET_START, '1', '2'])
})

test.each(['gap', 'already'] as const)(
  'what was asked for is not used where the log has moved elsewhere: %s',
  async (outcome) => {
    let others = 0
    const { asked, done, move } = catchUp(async ({ from }) => {
      if (from !== OFFSET_START || others > 0) return 'stored'
      others += 1
      // Another tab was quicker.
      move('2')
      return outcome
    })
    await done
    expect(asked).toEqual([OFFSET_START, '1', '2'])
  },
)
