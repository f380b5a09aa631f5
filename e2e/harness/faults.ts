import type { IncomingMessage } from 'node:http'

export interface Match {
  /** POST unless said; '*' is any. */
  method?: string
  /** A part of the path. */
  path?: string
  /** How often; for ever unless said. */
  times?: number
}

export interface Answer extends Match {
  status: number
  /** Seconds. */
  retryAfter?: number
}

/** What shall happen to one request on its way. */
export interface Plan {
  answer?: Answer
  delay: number
  /** Send the request on, then cut the connection in place of the answer. */
  loseAnswer: boolean
  /** Cut the connection after so many bytes of the answer's body. */
  cutAfter: number
}

type Undo = () => void
type Rule = { match: Match; left: number; apply: (plan: Plan) => void }

/** Rules that spoil requests; the proxy asks for a plan for each request and follows it. */
export function createFaults() {
  let rules: Rule[] = []

  const add = (match: Match, apply: Rule['apply']): Undo => {
    const rule = { match, left: match.times ?? Number.POSITIVE_INFINITY, apply }
    rules.push(rule)
    return () => {
      rules = rules.filter((other) => other !== rule)
    }
  }
  const hits = ({ match, left }: Rule, { method, url }: IncomingMessage) => {
    const wanted = match.method ?? 'POST'
    return left > 0 && (wanted === '*' || wanted === method) && (url ?? '').includes(match.path ?? '')
  }

  return {
    /** Answers in the relay's place: `answer({ status: 503 })` refuses appends. */
    answer: (answer: Answer): Undo =>
      add(answer, (plan) => {
        plan.answer = answer
      }),
    delay: (ms: number, match: Match = {}): Undo =>
      add(match, (plan) => {
        plan.delay = ms
      }),
    /** The relay takes it, nobody hears of it. */
    loseAnswer: (match: Match = {}): Undo =>
      add(match, (plan) => {
        plan.loseAnswer = true
      }),
    cutAfter: (bytes: number, match: Match = { method: 'GET' }): Undo =>
      add(match, (plan) => {
        plan.cutAfter = bytes
      }),
    clear: (): void => {
      rules = []
    },
    plan(request: IncomingMessage): Plan {
      const plan: Plan = { delay: 0, loseAnswer: false, cutAfter: Number.POSITIVE_INFINITY }
      for (const rule of rules.filter((one) => hits(one, request))) {
        rule.left--
        rule.apply(plan)
      }
      return plan
    },
  }
}

export type Faults = ReturnType<typeof createFaults>
