// The relay beside the reference server and a bare Hono app, in alternating rounds; prints medians and bars.
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { appendRate } from './appends.mjs'
import { catchUp } from './catch-up.mjs'
import { flushRate } from './disk.mjs'
import { alternate } from './measure.mjs'
import { memory } from './memory.mjs'
import { delivery } from './tails.mjs'

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, rounds: { type: 'string', default: '5' } },
})
const { quick } = values
const rounds = quick ? 1 : Number(values.rounds)
const RELAY = 'relay on lmdb'
const FILES = 'reference on files'
const MEMORY = 'reference in memory'
const BARE = 'bare hono'
const HTTP = 'bare http'
const LOOP = 'bare loop'

const failed = []
const show = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

function report(title, figures, unit) {
  console.log(`\n${title}`)
  for (const [kind, row] of figures) {
    const cells = Object.entries(row).map(([name, value]) => `${name} ${show(value)}${unit[name] ?? ''}`)
    console.log(`  ${kind.padEnd(20)} ${cells.join('   ')}`)
  }
}

/** `ratio` is held against `bar`: at least it, or with `most` at most it. */
function hold(what, ratio, bar, most = false) {
  const met = most ? ratio <= bar : ratio >= bar
  if (!met) failed.push(what)
  console.log(`  ${met ? 'met   ' : 'MISSED'} ${what}: ${show(ratio)} (bar ${most ? '<=' : '>='} ${bar})`)
}

await mkdir(fileURLToPath(new URL('../../.cache', import.meta.url)), { recursive: true })

const flushes = await flushRate(1000)
console.log(`disk: ${show(flushes)} fdatasync/s`)

const window = quick ? 1500 : 4000
const appends = { rate: '/s', cpu: ' us CPU each' }

const many = await alternate([RELAY, FILES, MEMORY, BARE, HTTP], rounds, (server) =>
  appendRate(server, 16, window),
)
report('durable appends, 16 streams, 32 in flight, 200 bytes', many, appends)
const rate = (figures, kind) => figures.get(kind).rate
hold('against the reference on files', rate(many, RELAY) / rate(many, FILES), 7)
hold('against the reference in memory', rate(many, RELAY) / rate(many, MEMORY), 1.2)
hold('share of bare Hono', rate(many, RELAY) / rate(many, BARE), 0.6)
console.log(`  ${show(rate(many, RELAY) / rate(many, HTTP))} of what node:http can do`)
console.log(`  ${show(rate(many, RELAY) / flushes)} appends for each flush the disk can do`)

const one = await alternate([RELAY, FILES, BARE], rounds, (server) => appendRate(server, 1, window))
report('durable appends, 1 stream, 32 in flight', one, appends)
hold('against the reference on files', rate(one, RELAY) / rate(one, FILES), 15)
hold('share of bare Hono', rate(one, RELAY) / rate(one, BARE), 0.6)

const tails = await alternate([RELAY, MEMORY, LOOP], rounds, (server) => delivery(server, quick ? 10 : 25))
report('1,000 tails of one stream, an append every 200 ms', tails, { p50: ' ms', p99: ' ms' })
hold('p50 against the reference', tails.get(RELAY).p50 / tails.get(MEMORY).p50, 0.55, true)
hold('p99 against the reference', tails.get(RELAY).p99 / tails.get(MEMORY).p99, 0.8, true)
console.log(`  the bare loop stands at ${show(tails.get(LOOP).p50 / tails.get(MEMORY).p50)}`)

const held = await alternate([RELAY, MEMORY], Math.min(rounds, 3), memory)
report('memory', held, { perTail: ' B', perStream: ' B', left: ' B' })
hold('per idle tail', held.get(RELAY).perTail / held.get(MEMORY).perTail, 1, true)
hold('per idle stream', held.get(RELAY).perStream / held.get(MEMORY).perStream, 1, true)
hold('MB left by 10,000 tails that came and went', held.get(RELAY).left / 1e6, 1, true)

const read = await alternate([RELAY, FILES, MEMORY], Math.min(rounds, 3), catchUp)
report('catching up on 100 MB', read, { rate: ' MB/s', grown: ' B' })
hold('against the reference on files', rate(read, RELAY) / rate(read, FILES), 1)
hold('against the reference in memory', rate(read, RELAY) / rate(read, MEMORY), 1)
hold('MB of memory meanwhile', read.get(RELAY).grown / 1e6, 64, true)

console.log(failed.length === 0 ? '\nall bars met' : `\n${failed.length} missed: ${failed.join('; ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
