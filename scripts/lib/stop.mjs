/** An end that a person can act on: shown as it is, without a stack. */
export class Stop extends Error {}

const oldest = { major: 20, minor: 19 }

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return
  const wanted = `${oldest.major}.${oldest.minor}`
  throw new Stop(`Strandline needs Node ${wanted} or newer; this is ${process.versions.node}.`)
}

/**
 * Runs a script. A `Stop` is one clear message and exit code 1; anything else is a bug and keeps its stack.
 *
 * @param {() => Promise<void>} body
 */
export async function main(body) {
  try {
    checkNode()
    await body()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
