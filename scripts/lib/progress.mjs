/**
 * @typedef {object} Step
 * @property {(text: string) => void} detail what the step is doing right now
 * @property {(note?: string) => void} done
 * @property {(note?: string) => void} fail
 *
 * @typedef {object} Progress
 * @property {(label: string) => Step} step starts a step; several may run side by side
 * @property {(text: string) => void} print writes a line that stays
 */

const frames = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏']
const quietFor = 10_000

/** @param {number} since */
const elapsed = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

/** @param {string} text @param {string | undefined} note */
const withNote = (text, note) => (note ? `${text} (${note})` : text)

/**
 * Live lines with a clock on a terminal, plain lines anywhere else.
 *
 * @param {NodeJS.WriteStream} [out]
 * @returns {Progress}
 */
export const createProgress = (out = process.stdout) => (out.isTTY ? live(out) : plain(out))

/** @type {Progress} */
export const silent = {
  print() {},
  step: () => ({ detail() {}, done() {}, fail() {} }),
}

/** @param {NodeJS.WriteStream} out @returns {Progress} */
function plain(out) {
  /** @param {string} text */
  const print = (text) => void out.write(`${text}\n`)
  return {
    print,
    step(label) {
      const since = Date.now()
      let last = since
      print(`${label} ...`)
      return {
        detail(text) {
          if (Date.now() - last < quietFor) return
          last = Date.now()
          print(`  ${label}: ${text}, ${elapsed(since)}`)
        },
        done: (note) => print(withNote(`${label}: done in ${elapsed(since)}`, note)),
        fail: (note) => print(withNote(`${label}: FAILED after ${elapsed(since)}`, note)),
      }
    },
  }
}

/** @param {NodeJS.WriteStream} out @returns {Progress} */
function live(out) {
  /** @type {Set<{ label: string, since: number, detail: string }>} */
  const steps = new Set()
  let drawn = 0
  let frame = 0
  /** @type {NodeJS.Timeout | undefined} */
  let timer

  const erase = () => {
    if (drawn > 0) out.write(`\x1b[${drawn}A\x1b[J`)
    drawn = 0
  }
  const draw = () => {
    erase()
    const mark = frames[frame++ % frames.length]
    for (const { label, since, detail } of steps) {
      const line = `${mark} ${label} ${elapsed(since)}${detail && `  ${detail}`}`
      out.write(`${line.slice(0, (out.columns || 80) - 1)}\n`)
      drawn++
    }
  }
  /** @param {string} text */
  const print = (text) => {
    erase()
    out.write(`${text}\n`)
    if (steps.size > 0) draw()
  }
  return {
    print,
    step(label) {
      const step = { label, since: Date.now(), detail: '' }
      steps.add(step)
      timer ??= setInterval(draw, 100)
      draw()
      /** @param {string} text */
      const end = (text) => {
        steps.delete(step)
        if (steps.size === 0) {
          clearInterval(timer)
          timer = undefined
        }
        print(text)
      }
      return {
        detail: (text) => {
          step.detail = text
        },
        done: (note) => end(withNote(`\x1b[32m✓\x1b[0m ${label} ${elapsed(step.since)}`, note)),
        fail: (note) => end(withNote(`\x1b[31m✗\x1b[0m ${label} ${elapsed(step.since)}`, note)),
      }
    },
  }
}
