import { createClient } from '@strandline/client'
import { describe, expect, it, onTestFinished } from 'vitest'

/** A relay that is running somewhere, and what it asks for. */
const { EXTERNAL_RELAY, EXTERNAL_TOKEN } = process.env

/** Not told of a relay, it is skipped, and said to be. */
describe.skipIf(!EXTERNAL_RELAY)('a relay that somebody else runs (S2-28)', () => {
  it('takes a write once, shows it to another device as it comes, and deletes', async () => {
    const url = `${EXTERNAL_RELAY}/v1/stream/smoke/${crypto.randomUUID()}`
    const headers = EXTERNAL_TOKEN ? { authorization: `Bearer ${EXTERNAL_TOKEN}` } : {}
    // What is left of a test that fails is nobody else's to find.
    onTestFinished(async () => void (await fetch(url, { method: 'DELETE', headers })))
    const device = () => {
      const client = createClient({ storage: 'memory', headers })
      onTestFinished(() => client.close())
      return client.stream(url)
    }
    const [here, there] = [device(), device()]
    const said = (text: string) => ({
      type: 'note',
      key: text,
      value: { text },
      headers: { operation: 'insert' },
    })
    const seen: unknown[] = []
    await here.append([said('first')])
    await expect.poll(() => here.outbox.get()).toEqual([])
    there.subscribe(({ items }) => seen.push(...items))
    await expect.poll(() => seen.length).toBe(1)
    await here.append([said('潮🌊')])
    await expect.poll(() => seen).toMatchObject([{ key: 'first' }, { key: '潮🌊', value: { text: '潮🌊' } }])
    expect((await fetch(url, { method: 'DELETE', headers })).ok).toBe(true)
    await expect.poll(() => there.status.get().state).toBe('gone')
  })
})
