// Plays back what a stream-json command says, by the first word of the prompt. Lines are cut wherever it hurts.
import { createHash } from 'node:crypto'
import { readFileSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

const args = process.argv.slice(2)
let model = 'first'
let mode = 'default'
let messages = 0
let cost = 0
/** @type {Map<string, (response: any) => void>} */
const questions = new Map()
/** @type {(() => void) | undefined} */
let onInterrupt

if (args.includes('--resume') && process.env.FAKE_CLI_KNOWS !== 'yes') {
  process.stderr.write('No conversation found with that session id\n')
  process.exit(1)
}

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** @param {object} line */
const out = (line) => writeSync(1, `${JSON.stringify(line)}\n`)

/** In pieces, each on its own. @param {object} line @param {number} size */
async function crumbs(line, size) {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
  for (let at = 0; at < bytes.length; at += size) {
    writeSync(1, bytes.subarray(at, at + size))
    await sleep(0)
  }
}

/** @param {object} event */
const part = (event) => ({ type: 'stream_event', event })

/** @param {string} text @param {(line: object) => unknown} [write] @param {number} [gap] */
async function say(text, write = out, gap = 0) {
  const id = `msg_${++messages}`
  await write(part({ type: 'message_start', message: { id } }))
  await write(part({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }))
  for (const word of text.match(/\s*\S+/g) ?? []) {
    await write(part({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word } }))
    if (gap > 0) await sleep(gap)
  }
  await write({ type: 'assistant', message: { id, content: [{ type: 'text', text }] } })
}

/** @param {object} [more] */
const result = (more = {}) => {
  cost += 0.01
  out({
    type: 'result',
    subtype: 'success',
    is_error: false,
    duration_ms: 12,
    duration_api_ms: 10,
    total_cost_usd: cost,
    usage: { input_tokens: 10, output_tokens: 5 },
    ...more,
  })
}

/** @type {Record<string, (rest: string) => unknown>} */
const acts = {
  async partial() {
    await say('Zerschnitten: 日本語 👩‍👩‍👧 é', (line) => crumbs(line, 3))
    result()
  },
  async error() {
    await say('This goes')
    result({ subtype: 'error_during_execution', is_error: true, errors: ['it went wrong'] })
  },
  async complains() {
    await say('I was about to')
    out({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })
    await sleep(300)
    result()
  },
  async dies() {
    await say('I had this to say')
    process.stderr.write('out of memory\n')
    process.exit(7)
  },
  async leaves() {
    await say('My last words')
    result()
    process.exit(0)
  },
  async deaf() {
    process.on('SIGTERM', () => {})
    process.on('SIGINT', () => {})
    onInterrupt = () => {}
    for (;;) await say('la la', out, 50)
  },
  async long() {
    const stop = { asked: false }
    onInterrupt = () => {
      stop.asked = true
    }
    const id = `msg_${++messages}`
    out(part({ type: 'message_start', message: { id } }))
    out(part({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }))
    while (!stop.asked) {
      out(part({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'la ' } }))
      await sleep(10)
    }
    result({ subtype: 'error_during_execution', is_error: true })
  },
  async write(rest) {
    const input = { path: rest }
    out({
      type: 'assistant',
      message: {
        id: `msg_${++messages}`,
        content: [{ type: 'tool_use', id: 'tool_1', name: 'Write', input }],
      },
    })
    if (!args.includes('--dangerously-skip-permissions') && mode !== 'plan') {
      const response = await new Promise((resolve) => {
        questions.set('q1', resolve)
        out({
          type: 'control_request',
          request_id: 'q1',
          request: { subtype: 'can_use_tool', tool_name: 'Write', input, tool_use_id: 'tool_1' },
        })
      })
      const content = response.behavior === 'allow' ? `wrote ${response.updatedInput.path}` : response.message
      const denied = response.behavior !== 'allow'
      out({
        type: 'user',
        message: { content: [{ type: 'tool_result', tool_use_id: 'tool_1', is_error: denied, content }] },
      })
    } else
      out({
        type: 'user',
        message: { content: [{ type: 'tool_result', tool_use_id: 'tool_1', content: `wrote ${rest}` }] },
      })
    await say('Thank you.')
    result()
  },
  async where() {
    await say(JSON.stringify({ model, mode, cwd: process.cwd(), args }))
    result()
  },
  async hash(rest) {
    const paths = rest.split('\n').flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []))
    const sums = paths.map((path) => createHash('sha256').update(readFileSync(path)).digest('hex'))
    await say(`${sums.join(' ')} ${paths.join(' ')}`)
    result()
  },
}

createInterface({ input: process.stdin }).on('line', async (raw) => {
  const line = JSON.parse(raw)
  if (line.type === 'control_response')
    return questions.get(line.response.request_id)?.(line.response.response)
  if (line.type === 'control_request') {
    const { subtype } = line.request
    if (subtype === 'set_model') model = line.request.model
    if (subtype === 'set_permission_mode') mode = line.request.mode
    if (subtype === 'interrupt') onInterrupt?.()
    return out({ type: 'control_response', response: { subtype: 'success', request_id: line.request_id } })
  }
  const text = line.message.content[0].text
  const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? []
  out({ type: 'system', subtype: 'init', model })
  const act = acts[word]
  if (act) return act(rest)
  await say(`You said: ${text}`)
  result()
})
