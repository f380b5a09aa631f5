import { createHmac } from 'node:crypto'
import { deltaItem, pathsBelow, rowItem } from '@strandline/chat'
import { expect, test } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { startRelay } from '../harness/relay.ts'
import { use } from '../harness/use.ts'
import { runAgent } from './agent.ts'
import { openRoom } from './room.ts'

const SECRET = 'a secret of at least thirty-two bytes'

/** What lets a person, and the agent that works for them, into their own streams and no others. */
function tokenOf(person: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const can = ['read', 'append', 'create', 'delete']
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: person, streams: [`users/${person}/**`], can })}`
  return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`
}

const bearer = (person: string) => ({ authorization: `Bearer ${tokenOf(person)}` })

const startGuarded = () => use(startRelay({ flags: ['--jwt-secret', SECRET] }))

test('S1-27 S1-28 S1-36 S4-15 a stranger, whoever he says he is, can do nothing in a session, and its agent serves its owner all the while', async () => {
  const relay = await startGuarded()
  const root = 'users/ada'
  // A lease that need not be renewed: nobody else appends either.
  const args = ['--root', root, '--lease-ms', '3600000']
  await use(runAgent({ relay: relay.url, args, env: { AGENT_TOKEN: tokenOf('ada') } }))
  const room = await use(openRoom({ relay: relay.url, root, headers: bearer('ada') }))
  const asking = await room.ask('approve this')
  await eventually(() => room.run(asking)?.state === 'waiting')
  const [question] = room.db.collections.approvals.toArray

  const paths = pathsBelow(root)
  const url = (path: string) => new URL(path, relay.url)
  const session = url(paths.session(room.session))
  const tail = async () =>
    (await fetch(session, { method: 'HEAD', headers: bearer('ada') })).headers.get('stream-next-offset')
  const before = await tail()
  const json = { 'content-type': 'application/json' }
  const yes = deltaItem('approval.decision', question?.id ?? '', {
    state: 'allowed',
    by: 'ada',
    decidedAt: 0,
  })
  const stop = rowItem('abort', { id: 'x', run: asking, by: 'ada', at: 0 })
  const producer = { 'producer-id': 'agent:agent', 'producer-epoch': '99', 'producer-seq': '0' }
  const tries: [string, RequestInit & { readonly query?: string }][] = [
    ['PUT', { headers: json }],
    ['POST', { headers: json, body: JSON.stringify([yes]) }],
    ['POST', { headers: { ...json, ...producer }, body: JSON.stringify([stop]) }],
    ['GET', {}],
    ['GET', { query: '?offset=-1&live=sse' }],
    ['HEAD', {}],
    ['DELETE', {}],
  ]
  for (const [method, { query = '', headers, ...init }] of tries) {
    for (const who of [bearer('bob'), {}] as const) {
      const answer = await fetch(url(paths.session(room.session) + query), {
        method,
        headers: { ...headers, ...who },
        ...init,
      })
      expect([401, 403], `${method}${query}`).toContain(answer.status)
      await answer.body?.cancel()
    }
  }
  const list = await fetch(url(`${paths.sessions}?offset=-1`), { headers: bearer('bob') })
  expect(list.status).toBe(403)
  expect(await tail()).toBe(before)
  expect(room.run(asking)?.state).toBe('waiting')

  await room.decide(question?.id ?? '', 'denied')
  expect(await room.ended(asking)).toMatchObject({ state: 'finished' })
  expect(room.db.collections.approvals.get(question?.id ?? '')).toMatchObject({ state: 'denied' })
})

test('S1-27 an agent without the right credentials does not begin, and leaves nothing behind', async () => {
  const relay = await startGuarded()
  for (const env of [{}, { AGENT_TOKEN: tokenOf('bob') }]) {
    const agent = await use(runAgent({ relay: relay.url, args: ['--root', 'users/ada'], env }))
    expect(await agent.exit).toEqual([1, null])
    expect(agent.output).toMatch(/^strandline-agent: .*\n$/)
  }
  const head = await fetch(new URL(pathsBelow('users/ada').sessions, relay.url), {
    method: 'HEAD',
    headers: bearer('ada'),
  })
  expect(head.status).toBe(404)
})

test('S1-29 a relay that checks nothing is open; an agent with --owner serves one person there', async () => {
  const relay = await use(startRelay())
  await use(runAgent({ relay: relay.url, args: ['--owner', 'ada'] }))
  const bob = await use(openRoom({ relay: relay.url, person: 'bob' }))
  const ada = await use(openRoom({ relay: relay.url, person: 'ada' }))
  const unheard = await bob.ask('hello')
  const heard = await ada.ask('hello')
  await ada.ended(heard)
  expect(bob.run(unheard)).toBeUndefined()
})
