import { createClient } from '@strandline/client'
import { expect, test } from 'vitest'
import { patient } from '../../testing/patient.ts'
import { createMockRelay } from './index.ts'

/** What a device with ids and a time of the test's own making sends, and what the relay then holds. */
async function told() {
  let minted = 0
  const effects = { uuid: () => `id-${++minted}`, now: () => 1_000_000, random: () => 0.5 }
  const relay = createMockRelay({ baseUrl: 'http://relay.test', now: effects.now })
  const client = createClient({ storage: 'memory', fetch: relay.fetch, effects })
  await relay.append('room', [])
  const handle = client.stream(relay.url('room'))
  for (const key of ['a', 'b']) {
    await handle.append([{ type: 'note', key, value: { text: '潮' }, headers: { operation: 'insert' } }])
    await relay.settled(handle, patient)
  }
  const sent = relay.requests.flatMap(({ producer }) => producer ?? [])
  const log = await relay.read('room')
  await client.close()
  await relay.close()
  return { sent, log }
}

test('with ids of its own making a test has the same log each time, to the letter (S2-23)', async () => {
  const first = await told()
  expect(await told()).toEqual(first)
  const [{ id } = { id: '' }] = first.sent
  expect(id).toMatch(/^id-\d$/)
  expect(first.sent).toEqual([0, 1].map((seq) => ({ id, epoch: 0, seq })))
  expect(first.log).toMatchObject(
    ['a', 'b'].map((key) => ({ key, headers: { txid: expect.stringMatching(/^id-\d$/) } })),
  )
})
