import type { Prompt, Turn } from '../engine.ts'

/** An answer in words, out of the conversation alone. The same prompt in the same place gets the same answer. */
export function reply(prompt: Prompt): string {
  for (const rule of RULES) {
    const match = rule.when.exec(prompt.text)
    const text = match && rule.answer(prompt, match)
    if (text) return text
  }
  return reflect(prompt)
}

interface ReplyRule {
  readonly when: RegExp
  answer(prompt: Prompt, match: RegExpExecArray): string | undefined
}

const RULES: readonly ReplyRule[] = [
  {
    when: /^\s*(hi|hey|hello|good (morning|evening|day)|hallo|moin)\b/i,
    answer: ({ name, history }) =>
      history.some(({ by }) => by === 'agent')
        ? `Hello again, ${name}. We left off here, and everything is still where it was.`
        : `Hello, ${name}! I am a demo agent: no model, no network, only rules. Say **help** for what I can show you, or just talk.`,
  },
  {
    when: /\b(what(?:'s| is) the )?(time|date|day)( is it)?\b.*\?/i,
    answer: () =>
      `By my clock it is ${new Date().toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'short' })}.`,
  },
  {
    when: /(-?\d+(?:\.\d+)?)\s*([-+*/x×÷])\s*(-?\d+(?:\.\d+)?)/i,
    answer: (_, [sum = '', a, sign = '', b]) => {
      const value = compute(Number(a), sign.toLowerCase(), Number(b))
      return value === undefined
        ? 'Nobody can divide by zero, and I will not be the first.'
        : `${sum} is **${value}**.`
    },
  },
  {
    when: /\b(summar|sum up|so far|what (did|have) (we|i) (say|said|talk))/i,
    answer: ({ history }) => summary(history),
  },
  {
    when: /\bremember (?:that )?(.+)/i,
    answer: (_, [, what]) =>
      `I will: *${what?.replace(/[.!]+$/, '')}*. It is in the log, which forgets nothing.`,
  },
  {
    when: /\bwhat do you (?:remember|know)\b/i,
    answer({ history }) {
      const facts = history.flatMap(({ by, text }) =>
        by === 'person' ? (/\bremember (?:that )?(.+)/i.exec(text)?.[1] ?? []) : [],
      )
      return facts.length > 0
        ? `You told me:\n\n${facts.map((fact) => `- ${fact}`).join('\n')}`
        : 'Nothing yet. Say *remember that …*.'
    },
  },
  {
    when: /\bwho am i\b/i,
    answer: ({ name, history }) => {
      const said = history.filter((turn) => turn.by === 'person' && turn.name === name).length
      return `You are ${name}, and this is your message number ${said + 1} here.`
    },
  },
  {
    when: /\b(who|what) are you\b/i,
    answer: () =>
      'A demo agent. I follow the same log as your tabs, and what you read is appended to it a few words at a time. Pull the plug: what has arrived stays, and the rest comes when you are back.',
  },
  {
    when: /\bthank/i,
    answer: ({ name }) => `You are welcome, ${name}.`,
  },
  {
    when: /\b(offline|network|plug|reload)\b/i,
    answer: () =>
      'Try it: say **long**, and reload while I talk, or switch the network off and on. The answer goes on where it was, without a gap and without a repeat. What you write meanwhile waits on your device and is sent once.',
  },
]

function reflect({ text, history, name, files }: Prompt): string {
  const said = text.trim()
  const attached =
    files.length > 0 ? `\n\nThank you for ${files.map((file) => `*${file.name}*`).join(', ')}.` : ''
  if (said === '') return `${files.length > 0 ? 'I have it.' : 'You said nothing, eloquently.'}${attached}`
  const words = said.split(/\s+/)
  const topic = longest(words)
  const earlier = history.findLast((turn) => turn.by === 'person' && mentions(turn, topic))
  const memory = earlier
    ? ` ${earlier.name === name ? 'You' : earlier.name} mentioned it before: “${clip(earlier.text)}”.`
    : ''
  const opening = OPENINGS[(words.length + history.length) % OPENINGS.length] ?? ''
  const question = said.endsWith('?')
    ? 'I have no model to ask, so I can only turn the question round: what would you like it to be?'
    : 'Tell me more, or say **help** to see what I can show.'
  return `${opening} **${topic}**, ${name}.${memory}\n\n${question}${attached}`
}

const OPENINGS = [
  'I hear you on',
  'There is a lot in',
  'Let us stay for a moment with',
  'What strikes me is',
] as const

function longest(words: readonly string[]): string {
  const bare = words.map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
  return bare.reduce((best, word) => (word.length > best.length ? word : best), '') || 'that'
}

function mentions({ text }: Turn, topic: string): boolean {
  return topic.length > 3 && text.toLowerCase().includes(topic.toLowerCase())
}

function clip(text: string): string {
  return text.length > 90 ? `${text.slice(0, 90)}…` : text
}

function compute(a: number, sign: string, b: number): number | undefined {
  switch (sign) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '/':
    case '÷':
      return b === 0 ? undefined : Number((a / b).toPrecision(12))
    default:
      return Number((a * b).toPrecision(12))
  }
}

function summary(history: readonly Turn[]): string {
  if (history.length === 0) return 'We have only just begun.'
  const people = [...new Set(history.filter(({ by }) => by === 'person').map(({ name }) => name))]
  const lines = history
    .filter(({ by }) => by === 'person')
    .slice(-5)
    .map(({ name, text }) => `- ${name}: ${clip(text)}`)
  return `${history.length} messages so far, with ${people.join(', ')}. The latest from people:\n\n${lines.join('\n')}`
}
