import type { StreamStatus } from '@strandline/client'
import { Blank } from '../../ui/blank.tsx'
import { PlusIcon } from '../../ui/icons.tsx'
import { PaneHead } from '../../ui/pane-head.tsx'
import { FirstRun } from '../profile/first-run.tsx'
import { SessionsBadge } from './sessions-badge.tsx'

interface HomeProps {
  readonly status: StreamStatus
  readonly sessions: number
  readonly add: () => void
  readonly openDrawer: () => void
}

/** What is shown where no session is chosen. */
export function Home({ status, sessions, add, openDrawer }: HomeProps) {
  const { title, text } = words(sessions, status)
  return (
    <>
      <PaneHead title="Strandline" openDrawer={openDrawer}>
        <SessionsBadge />
      </PaneHead>
      <Blank title={title} testId="home">
        <p>{text}</p>
        <button type="button" className="button button-primary" data-testid="home-new" onClick={add}>
          <PlusIcon size={16} />
          New session
        </button>
      </Blank>
      <FirstRun />
    </>
  )
}

function words(sessions: number, { synced, state }: StreamStatus): { title: string; text: string } {
  if (sessions > 0) return { title: 'Pick a session', text: 'Or begin one of your own.' }
  if (!synced && state === 'waiting')
    return {
      title: 'The server cannot be reached',
      text: 'Sessions of others appear when it can. You can begin one now: it is kept here and sent later.',
    }
  return {
    title: 'Begin a session',
    text: 'What you write is kept on this device first. It works on trains and in tunnels, and catches up when there is a network.',
  }
}
