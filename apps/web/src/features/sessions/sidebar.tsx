import type { Agent } from '@strandline/chat'
import type { StreamStatus } from '@strandline/client'
import { useMemo, useRef, useState } from 'react'
import { Link } from '../../routing/link.tsx'
import { sessionPath } from '../../routing/route.ts'
import { navigate } from '../../routing/use-route.ts'
import { CloseIcon, PlusIcon, WaveIcon } from '../../ui/icons.tsx'
import type { Drawer } from '../../ui/use-drawer.ts'
import { NotifyToggle } from '../notify/notify-toggle.tsx'
import { ProfileButton } from '../profile/profile-button.tsx'
import { ThemeToggle } from '../theme/theme-toggle.tsx'
import { ArchivedSessions } from './archived-sessions.tsx'
import type { Listing } from './listing.ts'
import { NewSession, type NewSessionProps } from './new-session.tsx'
import { findSessions } from './search.ts'
import { SessionList } from './session-list.tsx'
import { SessionSearch } from './session-search.tsx'
import './sessions.css'
import './sidebar.css'
import { useDrawerFocus } from './use-drawer-focus.ts'
import { useShortcuts } from './use-shortcuts.ts'

interface SidebarProps {
  readonly listings: readonly Listing[]
  readonly waiting: ReadonlySet<string>
  readonly current: string | undefined
  readonly status: StreamStatus
  readonly adding: boolean
  readonly setAdding: (adding: boolean) => void
  readonly create: NewSessionProps['create']
  readonly drawer: Drawer
  readonly agents: readonly Agent[]
}

export function Sidebar(props: SidebarProps) {
  const { listings, waiting, current, status, adding, setAdding, create, drawer } = props
  const [query, setQuery] = useState('')
  const search = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const matching = useMemo(() => findSessions(listings, query), [listings, query])
  const [found, archived] = useMemo(() => parted(matching), [matching])

  const focusList = () => list.current?.querySelector<HTMLAnchorElement>('a[tabindex="0"], a')?.focus()
  const leave = () => {
    drawer.close()
    document.querySelector<HTMLElement>('[data-testid="composer-input"]')?.focus()
  }
  const openFirst = () => {
    const [first] = matching
    if (!first) return
    setQuery('')
    drawer.close()
    if (first.session.id === current) return leave()
    // A conversation takes the focus as it opens, unless somebody types.
    search.current?.blur()
    navigate(sessionPath(first.session.id))
  }
  const focusField = useDrawerFocus(drawer, focusList)
  useShortcuts({
    find() {
      focusField(search)
      search.current?.select()
    },
    leave,
    step(by) {
      const at = found.findIndex(({ session }) => session.id === current)
      const next = found[at < 0 ? 0 : at + by]
      if (next) navigate(sessionPath(next.session.id))
    },
  })

  return (
    <nav className="sidebar" aria-label="Sessions" inert={drawer.narrow && drawer.state === 'shut'}>
      <header className="sidebar-head">
        <Link className="brand" href="/">
          <WaveIcon size={22} />
          Strandline
        </Link>
        <button
          type="button"
          className="icon-button"
          aria-label="New session"
          title="New session"
          data-testid="session-new"
          onClick={() => setAdding(true)}
        >
          <PlusIcon />
        </button>
        <button
          type="button"
          className="icon-button drawer-close"
          aria-label="Close the list"
          onClick={drawer.close}
        >
          <CloseIcon />
        </button>
      </header>
      {adding && (
        <NewSession
          create={(title, agent) => {
            setAdding(false)
            create(title, agent)
          }}
          agents={props.agents}
          cancel={() => setAdding(false)}
        />
      )}
      <SessionSearch
        query={query}
        change={setQuery}
        input={search}
        enterList={focusList}
        open={openFirst}
        leave={leave}
      />
      {found.length > 0 ? (
        <SessionList
          list={list}
          listings={found}
          waiting={waiting}
          current={current}
          leave={() => search.current?.focus()}
        />
      ) : (
        <p className="sidebar-note" role="status">
          {emptyNote(listings.length, status)}
        </p>
      )}
      <ArchivedSessions listings={archived} waiting={waiting} current={current} open={query !== ''} />
      <footer className="sidebar-foot">
        <ProfileButton />
        <NotifyToggle />
        <ThemeToggle />
      </footer>
    </nav>
  )
}

function parted(listings: readonly Listing[]): readonly [readonly Listing[], readonly Listing[]] {
  const isArchived = ({ session }: Listing) => session.archived === true
  return [listings.filter((one) => !isArchived(one)), listings.filter(isArchived)]
}

function emptyNote(sessions: number, { state, synced }: StreamStatus): string {
  if (sessions > 0) return 'No session has these words in its title.'
  if (state === 'loading' || (state === 'catching-up' && !synced)) return 'Looking for sessions…'
  return synced ? 'No sessions yet.' : 'The list is not on this device yet.'
}
