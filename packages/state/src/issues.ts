import type { Issue } from './issue.ts'
import type { SinkWrite } from './sink.ts'

/** Keeps the issues of a log; issues of one id become one, counted. */
export interface Ledger {
  add(issues: readonly Issue[]): void
  clear(): void
  /** What has changed since the last `take`. */
  take(): SinkWrite<Issue>[]
  all(): Iterable<Issue>
}

export function issueLedger(): Ledger {
  const issues = new Map<string, Issue>()
  const touched = new Set<string>()

  return {
    add(more) {
      for (const issue of more) {
        const known = issues.get(issue.id)
        issues.set(issue.id, known ? { ...known, count: known.count + issue.count } : issue)
        touched.add(issue.id)
      }
    },
    clear() {
      for (const id of issues.keys()) touched.add(id)
      issues.clear()
    },
    take() {
      const writes = [...touched].map((key): SinkWrite<Issue> => {
        const value = issues.get(key)
        return value ? { type: 'update', value } : { type: 'delete', key }
      })
      touched.clear()
      return writes
    },
    all: () => issues.values(),
  }
}
