import type { Readable } from '@strandline/client'
import { usePendingWrites, useStreamDB, useStreamStatus } from '@strandline/state/react'
import { useEffect, useMemo, useState } from 'react'
import { Home } from './features/sessions/home.tsx'
import { newestFirst } from './features/sessions/search.ts'
import { SessionPane } from './features/sessions/session-pane.tsx'
import { Sidebar } from './features/sessions/sidebar.tsx'
import { StuckSessions } from './features/sessions/stuck-sessions.tsx'
import { useNewSession } from './features/sessions/use-new-session.ts'
import { StorageNotice } from './features/status/storage-notice.tsx'
import type { Update } from './features/update/update.ts'
import { UpdateNotice } from './features/update/update-notice.tsx'
import { useRoute } from './routing/use-route.ts'
import type { sessionsSchema } from './schema.ts'
import { useRows } from './sync/use-rows.ts'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { showTitle, watchTitle } from './ui/page-title.ts'
import { useDrawer } from './ui/use-drawer.ts'

/** Sidebar and pane, over the list of sessions. */
export function Layout({ update }: { readonly update: Readable<Update> }) {
  const db = useStreamDB<typeof sessionsSchema>()
  const status = useStreamStatus(db)
  const rows = useRows(db.collections.sessions)
  const sessions = useMemo(() => [...rows].sort(newestFirst), [rows])
  const pending = usePendingWrites(db)
  const waiting = useMemo(() => new Set(pending.flatMap(({ keys }) => keys.map(({ key }) => key))), [pending])
  const route = useRoute()
  const current = route.page === 'session' ? route.id : undefined
  const drawer = useDrawer(current)
  const [adding, setAdding] = useState(false)
  const { create, problem } = useNewSession(db)

  const session = sessions.find(({ id }) => id === current)
  useEffect(watchTitle, [])
  useEffect(() => showTitle(session?.title ?? ''), [session?.title])

  const add = () => {
    drawer.open()
    setAdding(true)
  }

  return (
    <div className="app" data-drawer={drawer.state}>
      <a className="skip-link button button-primary" href="#pane">
        Skip to the messages
      </a>
      <Sidebar
        sessions={sessions}
        waiting={waiting}
        current={current}
        status={status}
        adding={adding}
        setAdding={setAdding}
        create={create}
        drawer={drawer}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the scrim only repeats what the close button does. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes the drawer. */}
      <div className="scrim" onClick={drawer.close} />
      <main className="pane" id="pane" tabIndex={-1} inert={drawer.state === 'open' && drawer.narrow}>
        <UpdateNotice update={update} perishable={status.storage === 'memory' ? status.pending : 0} />
        <StorageNotice storage={status.storage} state={status.state} />
        <StuckSessions pending={pending} db={db} problem={problem} />
        <ErrorBoundary key={current}>
          {current === undefined ? (
            <Home status={status} sessions={sessions.length} add={add} openDrawer={drawer.open} />
          ) : (
            <SessionPane
              key={current}
              id={current}
              session={session}
              registry={status}
              openDrawer={drawer.open}
            />
          )}
        </ErrorBoundary>
      </main>
    </div>
  )
}
