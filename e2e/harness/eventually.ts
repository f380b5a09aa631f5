import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer is right: for what another process does in its own time, also on a machine that is busy. */
export async function eventually<T>(
  question: () => Promise<T> | T,
  isRight: (answer: T) => boolean = Boolean,
  { within = 60_000, every = 50 } = {},
): Promise<T> {
  const deadline = Date.now() + within
  for (;;) {
    const answer = await question()
    if (isRight(answer)) return answer
    if (Date.now() > deadline) throw new Error(`not within ${within} ms; last: ${JSON.stringify(answer)}`)
    await sleep(every)
  }
}
