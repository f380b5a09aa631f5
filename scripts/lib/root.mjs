import { fileURLToPath } from 'node:url'

/** The repository's folder, with a trailing separator. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** @param {string} path relative to the repository */
export const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export const cache = at('.cache')
