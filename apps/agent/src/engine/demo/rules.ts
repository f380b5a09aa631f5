import type { Prompt } from '../engine.ts'
import { reply } from './reply.ts'
import { pause, type Step, say } from './step.ts'
import { LONG_TEXT, MARKDOWN } from './texts.ts'

/** A word at the beginning of a prompt, and what it makes the engine do. */
interface Rule {
  readonly word: string
  readonly help: string
  act(rest: string, prompt: Prompt): readonly Step[]
}

const tool = (name: string, input: unknown, output: string, fails = false): Step => {
  return { do: 'tool', name, input, output, fails }
}

const dice = (rest: string, seed: string): Step => {
  const [, count = '1', sides = '6'] = /(\d+)?d(\d+)/.exec(rest) ?? []
  let state = [...seed].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7)
  const rolls = Array.from({ length: Math.min(20, Number(count)) }, () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return 1 + (state % Math.max(1, Number(sides)))
  })
  const total = rolls.reduce((sum, roll) => sum + roll, 0)
  return tool('dice', { count: Number(count), sides: Number(sides) }, `${rolls.join(', ')}: ${total}`)
}

const search = (words: string, { history }: Prompt): Step => {
  const found = history.filter(({ text }) => text.toLowerCase().includes(words.toLowerCase()))
  const lines = found.slice(-5).map(({ name, text }) => `${name}: ${text.slice(0, 80)}`)
  return tool('search', { words }, lines.length > 0 ? lines.join('\n') : `nothing about "${words}"`)
}

const TOOLS: Record<string, (rest: string, prompt: Prompt) => Step> = {
  clock: () => tool('clock', {}, new Date().toString()),
  dice: (rest, { run }) => dice(rest, run),
  search: (rest, prompt) => search(rest || 'the', prompt),
  broken: () => tool('broken', { attempt: 1 }, 'it is broken, as its name says', true),
}

const rules: readonly Rule[] = [
  {
    word: 'tool',
    help: '`tool clock`, `tool dice 2d6`, `tool search <words>`, `tool broken`: calls a tool',
    act(rest, prompt) {
      const [name = 'clock', ...words] = rest.split(/\s+/).filter(Boolean)
      const make = TOOLS[name]
      if (!make) return [say(`I have no tool called "${name}". I have: ${Object.keys(TOOLS).join(', ')}.`)]
      const step = make(words.join(' '), prompt)
      const output = step.do === 'tool' ? step.output : ''
      return [say(`Let me use **${name}**.`), pause(300), step, say(`It says:\n\n\`\`\`\n${output}\n\`\`\``)]
    },
  },
  {
    word: 'approve',
    help: '`approve <something>`: asks before doing it; allow or deny from any tab',
    act(rest) {
      const what = rest || 'delete the old drafts'
      return [
        say(`I would like to **${what}**. That needs your word.`),
        {
          do: 'ask',
          title: `May I ${what}?`,
          detail: 'The demo only pretends: nothing outside this conversation changes.',
          tool: 'pretend',
          input: { what },
          allowed: [say('Done. You allowed it, so I pretended with all my heart.')],
          denied: [say('As you wish: I left it alone.')],
        },
      ]
    },
  },
  {
    word: 'long',
    help: '`long`, `long 2000`: a long answer, by words; good for stopping, reloading, going offline',
    act(rest) {
      const words = LONG_TEXT.split(' ')
      const count = Math.min(20_000, Math.max(1, Number.parseInt(rest, 10) || 400))
      const text = Array.from({ length: count }, (_, n) => words[n % words.length])
      return [say(text.join(' '))]
    },
  },
  { word: 'markdown', help: '`markdown`: headings, lists, a table, code', act: () => [say(MARKDOWN)] },
  {
    word: 'fail',
    help: '`fail`: an error in the middle of an answer',
    act: (rest) => [
      say('This begins well enough, and then'),
      { do: 'fail', error: { code: 'demo', message: rest || 'the demo failed, as it was asked to' } },
    ],
  },
  {
    word: 'crash',
    help: '`crash`: ends without a word, as a process that is killed',
    act: () => [say('I feel a little'), { do: 'crash' }],
  },
  {
    word: 'deaf',
    help: '`deaf`: does not hear a soft stop; it is ended by force two seconds later',
    act: () => [{ do: 'deafen' }, say(LONG_TEXT.repeat(4))],
  },
  {
    word: 'slow',
    help: '`slow`: thinks for a while before it speaks',
    act: () => [pause(4000), say('I have thought about it. I agree.')],
  },
  {
    word: 'limit',
    help: '`limit`, `compact`, `hook`: the notices an engine can give',
    act: () => [
      notice('rate-limit', 'engine', 'The allowance of this hour is used up to 80 %'),
      say('I go on, a little more carefully.'),
    ],
  },
  {
    word: 'compact',
    help: '',
    act: () => [
      {
        do: 'emit',
        event: {
          type: 'notice',
          kind: 'compaction',
          source: 'engine',
          text: 'The conversation was summed up to make room',
          trigger: 'manual',
          tokensBefore: 154_000,
        },
      },
      say('I remember the gist of it.'),
    ],
  },
  {
    word: 'hook',
    help: '',
    act: () => [
      notice('hook-start', 'check-style', 'The hook runs'),
      pause(400),
      notice('hook-message', 'check-style', 'Two lines are too long'),
      notice('hook-end', 'check-style', 'The hook is done'),
      say('The hook had something to say, and I have heard it.'),
    ],
  },
]

const help = () => {
  const lines = rules.filter((rule) => rule.help !== '').map((rule) => `- ${rule.help}`)
  const intro = 'I am a demo: rules, no model, no network. Talk to me, or try one of these:'
  return `${intro}\n\n${lines.join('\n')}\n\nI also know the time, small sums, and what was said here before.`
}

/** What the demo does for a prompt: one of its words, or an answer out of the conversation. */
export function stepsFor(prompt: Prompt): readonly Step[] {
  const [, first = '', rest = ''] = /^\s*\/?([a-z]+)\b[\s:]*([\s\S]*)$/i.exec(prompt.text) ?? []
  const word = first.toLowerCase()
  if (word === 'help') return [say(help())]
  const rule = rules.find((one) => one.word === word)
  return rule ? rule.act(rest.trim(), prompt) : [say(reply(prompt))]
}

function notice(
  kind: 'rate-limit' | 'hook-start' | 'hook-end' | 'hook-message',
  source: string,
  text: string,
): Step {
  return { do: 'emit', event: { type: 'notice', kind, source, text } }
}
