import type { Readable } from '@strandline/client'
import { usePendingWrites, useStreamDB, useStreamStatus } from '@strandline/state/react'
// biome-ignore lint/correctness/noUnresolvedImports: it is there; React's types hide it from the resolver.
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useInspector } from './features/inspector/use-inspector.ts'
import { profile } from './features/profile/profile.ts'
import { Elsewhere } from './features/sessions/elsewhere.tsx'
import { Home } from './features/sessions/home.tsx'
import { SessionPane } from './features/sessions/session-pane.tsx'
import { Sidebar } from './features/sessions/sidebar.tsx'
import { StuckSessions } from './features/sessions/stuck-sessions.tsx'
import { useListings } from './features/sessions/use-listings.ts'
import { useNewSession } from './features/sessions/use-new-session.ts'
import { useSessionActions } from './features/sessions/use-session-actions.ts'
import { StorageNotice } from './features/status/storage-notice.tsx'
import type { Update } from './features/update/update.ts'
import { UpdateNotice } from './features/update/update-notice.tsx'
import { useRoute } from './routing/use-route.ts'
import type { sessionsSchema } from './schema.ts'
import { useReadable } from './sync/use-readable.ts'
import { useRows } from './sync/use-rows.ts'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { showTitle, watchTitle } from './ui/page-title.ts'
import { PaneHead } from './ui/pane-head.tsx'
import { useDrawer } from './ui/use-drawer.ts'

const Inspector = lazy(() => import('./features/inspector/inspector.tsx'))

/** Sidebar and pane, over the list of sessions. */
export function Layout({ update }: { readonly update: Readable<Update> }) {
  const db = useStreamDB<typeof sessionsSchema>()
  const status = useStreamStatus(db)
  const me = useReadable(profile)
  const listings = useListings(db, me)
  const agents = useRows(db.collections.agents)
  const pending = usePendingWrites(db)
  const waiting = useMemo(() => new Set(pending.flatMap(({ keys }) => keys.map(({ key }) => key))), [pending])
  const route = useRoute()
  const current = route.page === 'session' ? route.id : undefined
  const drawer = useDrawer(current)
  const [adding, setAdding] = useState(false)
  const { create, problem } = useNewSession(db)
  const { actions, problem: unchanged } = useSessionActions()
  const inspector = useInspector()

  const listing = listings.find(({ session }) => session.id === current)
  const title = listing?.session.title
  useEffect(watchTitle, [])
  useEffect(() => showTitle(title ?? ''), [title])

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
        listings={listings}
        agents={agents}
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
        <StuckSessions pending={pending} db={db} problem={problem ?? unchanged} />
        <ErrorBoundary
          key={current}
          head={<PaneHead title={title ?? 'Strandline'} openDrawer={drawer.open} />}
        >
          {current === undefined ? (
            <Home status={status} sessions={listings.length} add={add} openDrawer={drawer.open} />
          ) : (
            <SessionPane
              key={current}
              id={current}
              listing={listing}
              agents={agents}
              registry={status}
              actions={actions}
              openDrawer={drawer.open}
            />
          )}
        </ErrorBoundary>
      </main>
      <Elsewhere db={db} current={current} me={me.id} />
      {inspector.open && (
        <Suspense>
          <Inspector close={inspector.close} />
        </Suspense>
      )}
    </div>
  )
}
