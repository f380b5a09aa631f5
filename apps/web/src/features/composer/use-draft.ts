import { useEffect, useMemo, useRef, useState } from 'react'
import { draftOf } from './draft.ts'

/** The text being written and what happens to it when it is sent. */
export function useDraft(session: string, send: (text: string) => Promise<void>) {
  const draft = useMemo(() => draftOf(session), [session])
  const [text, setText] = useState(draft.read)
  const [problem, setProblem] = useState<string>()
  const shown = useRef(text)

  useEffect(() => {
    if (shown.current === text) return
    shown.current = text
    draft.write(text)
  }, [draft, text])

  useEffect(() => {
    addEventListener('pagehide', draft.flush)
    return () => {
      removeEventListener('pagehide', draft.flush)
      draft.flush()
    }
  }, [draft])

  const submit = () => {
    if (text.trim() === '') return
    setText('')
    setProblem(undefined)
    send(text).catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error))
      setText((now) => (now === '' ? text : `${text}\n${now}`))
    })
  }

  return { text, setText, problem, submit }
}
