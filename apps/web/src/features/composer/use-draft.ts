import { useEffect, useMemo, useRef, useState } from 'react'
import { draftOf } from './draft.ts'
import { tooLong } from './limit.ts'

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
    const refusal = tooLong(text.length)
    setProblem(refusal)
    if (refusal) return
    setText('')
    send(text).catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error))
      setText((now) => (now === '' ? text : `${text}\n${now}`))
    })
  }

  const type = (typed: string) => {
    setProblem(undefined)
    setText(typed)
  }

  /** False where the text would be too long with it: then it is not taken in, which would only stall the page. */
  const fits = (pasted: string) => {
    const refusal = tooLong(text.length + pasted.length)
    setProblem(refusal)
    return !refusal
  }

  return { text, setText, type, fits, problem, submit }
}
