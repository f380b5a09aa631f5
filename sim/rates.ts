import type { Random } from './random.ts'

/** How likely each trouble is, per occasion; `steps` are weights among what may happen next. */
export interface Rates {
  readonly lost: number
  readonly late: number
  readonly doubled: number
  readonly answerLost: number
  readonly answerLate: number
  readonly cut: number
  readonly stalls: number
  readonly expires: number
  readonly busy: number
  readonly poison: number
  readonly alone: number
  readonly newsLost: number
  readonly diskFails: number
  readonly crashBetweenSteps: number
  readonly steps: Readonly<Record<Step, number>>
}

export type Step =
  | 'open'
  | 'crash'
  | 'close'
  | 'restart'
  | 'forget'
  | 'wipe'
  | 'restore'
  | 'rewind'
  | 'power'
  | 'clone'
  | 'lock'
  | 'freeze'
  | 'jump'
  | 'damage'
  | 'evict'
  | 'write'

const USUAL: Rates = {
  lost: 0.04,
  late: 0.03,
  doubled: 0.08,
  answerLost: 0.06,
  answerLate: 0.03,
  cut: 0.2,
  stalls: 0.1,
  expires: 0.01,
  busy: 0.03,
  poison: 0.03,
  alone: 0.2,
  newsLost: 0.1,
  diskFails: 0.004,
  crashBetweenSteps: 0.002,
  steps: {
    open: 4,
    crash: 4,
    close: 2,
    restart: 4,
    forget: 2,
    wipe: 1,
    restore: 1,
    rewind: 1,
    power: 1,
    clone: 1,
    lock: 2,
    freeze: 2,
    jump: 2,
    damage: 2,
    evict: 1,
    write: 76,
  },
}

const CALM = Object.fromEntries(Object.keys(USUAL.steps).map((step) => [step, 0])) as Rates['steps']

/** For scenes, where nothing happens that is not written down. */
export const NO_TROUBLE: Rates = {
  lost: 0,
  late: 0,
  doubled: 0,
  answerLost: 0,
  answerLate: 0,
  cut: 0,
  stalls: 0,
  expires: 0,
  busy: 0,
  poison: 0,
  alone: 0,
  newsLost: 0,
  diskFails: 0,
  crashBetweenSteps: 0,
  steps: USUAL.steps,
}

/** A relay that forgets much, over a network that loses answers and keeps requests: where identity matters most. */
const AMNESIA: Rates = {
  ...USUAL,
  late: 0.15,
  doubled: 0.3,
  answerLost: 0.25,
  crashBetweenSteps: 0,
  poison: 0,
  steps: { ...USUAL.steps, restart: 0, clone: 0, forget: 12, wipe: 12, restore: 0, write: 60 },
}

/** The same, and what is in the log is long in coming. */
export const DEAF: Rates = {
  ...AMNESIA,
  answerLost: 0.4,
  stalls: 0.6,
  steps: { ...AMNESIA.steps, forget: 25, wipe: 2, jump: 0, lock: 0, freeze: 0 },
}

/** A relay that is set back again and again, over a network that keeps requests. */
export const SET_BACK: Rates = {
  ...DEAF,
  answerLost: 0.1,
  late: 0.02,
  steps: { ...DEAF.steps, forget: 0, wipe: 0, rewind: 16 },
}

/** A stream that is deleted and made again and again, over a network that keeps requests and does little else. */
export const REBORN: Rates = {
  ...NO_TROUBLE,
  alone: 0.2,
  late: 0.9,
  doubled: 0.5,
  answerLate: 0.03,
  stalls: 0.1,
  steps: { ...CALM, open: 2, wipe: 10, restore: 20, rewind: 1, write: 40 },
}

/** A profile that is copied early, while its first writes wait for a relay that is hard to reach. */
export const COPIED: Rates = {
  ...NO_TROUBLE,
  lost: 0.2,
  late: 0.5,
  doubled: 0.1,
  answerLate: 0.03,
  stalls: 0.1,
  steps: { ...CALM, open: 2, lock: 20, clone: 40, write: 40 },
}

/** As `DEAF`, where the next life begins with much of the last, and what is in the log is long in coming. */
export const RESTORED: Rates = {
  ...DEAF,
  late: 0.02,
  steps: { ...DEAF.steps, forget: 0, wipe: 0, restore: 16 },
}

/** Requests and answers that take their time, and hardly anything else. */
export const LATE: Rates = {
  ...AMNESIA,
  late: 0.5,
  answerLost: 0.5,
  steps: { ...AMNESIA.steps, forget: 0, wipe: 0, jump: 0, lock: 0, freeze: 0 },
}

/** Each run has troubles of its own, some of them rare or absent, some of them rife. */
export function ratesOf(random: Random): Rates {
  if (random.chance(0.2)) return AMNESIA
  const scaled = (rate: number) => Math.min(0.6, rate * random.pick([0, 0.3, 1, 1, 2, 6]))
  const { steps, poison, ...rates } = USUAL
  // The one case that stays open (write protocol, rule 12): both in one run could double a write.
  const never: Step = random.chance(0.5) ? 'clone' : 'forget'
  const weigh = ([step, weight]: [string, number]) => {
    if (step === 'write' || step === 'open') return [step, weight]
    return [step, step === never ? 0 : weight * random.pick([0, 1, 1, 2, 6])]
  }
  return {
    ...(Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, scaled(rate)])) as Omit<
      Rates,
      'steps' | 'poison'
    >),
    // Each is found by halving, a dozen requests long: where many are, a run is about little else.
    poison: poison * random.pick([0, 0.3, 0.3, 1, 1, 2]),
    steps: Object.fromEntries(Object.entries(steps).map(weigh)) as Rates['steps'],
  }
}

export function nextStep(random: Random, { steps }: Rates): Step {
  const entries = Object.entries(steps) as [Step, number][]
  let left = random.unit() * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [step, weight] of entries) {
    left -= weight
    if (left < 0) return step
  }
  return 'write'
}
