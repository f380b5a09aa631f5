import type { Readable } from '@strandline/client'
import { useReadable } from '../../sync/use-readable.ts'
import type { WireRequest } from '../../sync/wire.ts'

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

/** The last requests of this tab, latest first; other tabs have their own. */
export function RequestsView({ requests }: { readonly requests: Readable<readonly WireRequest[]> }) {
  const last = useReadable(requests)
  if (last.length === 0) return <p className="inspector-note">No requests yet: another tab may lead.</p>
  return (
    <table className="inspector-table">
      <thead>
        <tr>
          <th>At</th>
          <th>Request</th>
          <th>Answer</th>
        </tr>
      </thead>
      <tbody>
        {last.toReversed().map(({ n, at, method, path, status, ms }) => (
          <tr key={n} data-bad={status !== undefined && (status === 0 || status >= 400)}>
            <td>{clock.format(at)}</td>
            <td>
              {method} {path.replace('/v1/stream/', '')}
            </td>
            <td>{status === undefined ? '…' : `${status === 0 ? 'none' : status} · ${ms} ms`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
