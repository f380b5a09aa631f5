import type { StreamStatus } from '@strandline/client'

export interface Badge {
  readonly tone: 'ok' | 'busy' | 'waiting' | 'bad'
  /** Changes with the state only: what a screen reader is told. */
  readonly label: string
  /** Seconds to the next try, for the eye. */
  readonly countdown?: number
  /** What it means for the person. */
  readonly hint: string
  /** Asking again makes sense. */
  readonly retry: boolean
}

const KEPT = 'Everything you write is kept on this device and sent later.'
const number = new Intl.NumberFormat()

export function badgeOf(status: StreamStatus, now: number): Badge {
  switch (status.state) {
    case 'loading':
      return { tone: 'busy', label: 'Opening', hint: 'Reading what is on this device.', retry: false }
    case 'catching-up': {
      const label = status.items > 0 ? `Catching up · ${number.format(status.items)}` : 'Catching up'
      return { tone: 'busy', label, hint: 'Fetching what was missed.', retry: false }
    }
    case 'live':
      return { tone: 'ok', label: 'Live', hint: 'New messages arrive by themselves.', retry: false }
    case 'waiting':
      return waiting(status, now)
    case 'unauthorized':
      return {
        tone: 'bad',
        label: 'Signed out',
        hint: `The server wants you to sign in. ${KEPT}`,
        retry: true,
      }
    case 'gone':
      return {
        tone: 'bad',
        label: 'Deleted',
        hint: 'Deleted on the server; your copy stays readable.',
        retry: false,
      }
    case 'closed':
      return { tone: 'waiting', label: 'Closed', hint: 'This session takes no more messages.', retry: false }
    case 'halted':
      if (status.error.code === 'not-found')
        return {
          tone: 'ok',
          label: 'Ready',
          hint: 'It is made on the server with its first message.',
          retry: false,
        }
      return { tone: 'bad', label: 'Stopped', hint: status.error.message, retry: true }
    default:
      return status satisfies never
  }
}

function waiting(status: StreamStatus & { state: 'waiting' }, now: number): Badge {
  const { reason, retryAt, error } = status
  if (reason === 'hidden')
    return { tone: 'waiting', label: 'Paused', hint: 'Goes on when you look.', retry: true }
  if (reason === 'offline') return { tone: 'waiting', label: 'Offline', hint: KEPT, retry: true }
  const countdown = Math.max(0, Math.ceil((retryAt - now) / 1000))
  const answered = error?.code === 'busy' || error?.code === 'server'
  const label = answered ? 'Server trouble' : 'Offline'
  return { tone: 'waiting', label, countdown, hint: KEPT, retry: true }
}
