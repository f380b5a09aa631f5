import type { Issue } from './issue.ts'

export type IssueWrite =
  | { readonly type: 'insert' | 'update'; readonly value: Issue }
  | { readonly type: 'delete'; readonly key: string }

/** Keeps the issues of a log; issues of one id become one, counted. */
export interface Ledger {
  add(issues: readonly Issue[]): void
  clear(): void
  /** What has changed since the last `take`. */
  take(): IssueWrite[]
  all(): Iterable<Issue>
}

export function issueLedger(): Ledger {
  const issues = new Map<string, Issue>()
  const shown = new Set<string>()
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
      const writes: IssueWrite[] = []
      for (const id of touched) {
        const value = issues.get(id)
        if (value) writes.push({ type: shown.has(id) ? 'update' : 'insert', value })
        else if (shown.has(id)) writes.push({ type: 'delete', key: id })
        if (value) shown.add(id)
        else shown.delete(id)
      }
      touched.clear()
      return writes
    },
    all: () => issues.values(),
  }
}
