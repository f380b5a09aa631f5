import { WaveIcon } from './icons.tsx'
import { Skeleton } from './skeleton.tsx'

/** The frame of the app for the moment before its data is read; `index.html` begins with the same. */
export function Shell() {
  return (
    <div className="app" aria-busy="true">
      <div className="sidebar">
        <div className="sidebar-head">
          <span className="brand">
            <WaveIcon size={22} />
            Strandline
          </span>
        </div>
      </div>
      <main className="pane">
        <div className="pane-head" />
        <Skeleton />
      </main>
    </div>
  )
}
