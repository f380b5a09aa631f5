import { nameOfId } from '@strandline/chat'
import { makeId } from '../../sync/id.ts'
import { kept } from '../../sync/kept.ts'

/** Who writes on this device. There are no accounts: the id is made here. */
export interface Profile {
  readonly id: string
  /** Chosen by the person; undefined goes by the name of the id. */
  readonly name: string | undefined
  /** The person has seen what others call them. */
  readonly met: boolean
  /** When this device began (ms): what was said before is old, not unread. */
  readonly since: number
}

const KEY = 'strandline:profile'
export const NAME_LIMIT = 40

export const profile = kept<Profile>(KEY, parseProfile, JSON.stringify)

/** Keeps the id that was made, so that the next page is the same person. */
export function keepProfile(): void {
  profile.set(profile.get())
}

export function parseProfile(stored: string | null): Profile {
  const found = parsed(stored)
  if (typeof found?.id !== 'string' || found.id === '') return newcomer()
  const since = typeof found.since === 'number' ? found.since : Date.now()
  return { id: found.id, name: cleanName(found.name), met: found.met === true, since }
}

/** A name as it is kept: one line, no blanks around it, of bounded length; none if nothing is left. */
export function cleanName(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined
  const clean = [...name.replace(/\s+/gu, ' ').trim()].slice(0, NAME_LIMIT).join('')
  return clean === '' ? undefined : clean
}

export function nameOf({ id, name }: Profile): string {
  return name ?? nameOfId(id)
}

function newcomer(): Profile {
  return {
    id: `u-${makeId().replaceAll('-', '').slice(0, 12)}`,
    name: undefined,
    met: false,
    since: Date.now(),
  }
}

function parsed(stored: string | null): Partial<Record<keyof Profile, unknown>> | undefined {
  if (stored === null) return undefined
  try {
    const value: unknown = JSON.parse(stored)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
