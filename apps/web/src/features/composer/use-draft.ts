import { useEffect, useMemo, useRef, useState } from 'react'
import { choose } from '../attachments/choice.ts'
import { draftOf } from './draft.ts'
import { tooLong } from './limit.ts'

/** Resolves when the message is kept on this device; rejects with what to tell the writer. */
export type Send = (text: string, files: readonly File[]) => Promise<void>

/** The text being written, the files that go with it, and what happens to them when they are sent. */
export function useDraft(session: string, send: Send) {
  const draft = useMemo(() => draftOf(session), [session])
  const [text, setText] = useState(draft.read)
  const [files, setFiles] = useState<readonly File[]>([])
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
    if (text.trim() === '' && files.length === 0) return
    const refusal = tooLong(text.length)
    setProblem(refusal)
    if (refusal) return
    setText('')
    setFiles([])
    send(text, files).catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error))
      setText((now) => (now === '' || text === '' ? text + now : `${text}\n${now}`))
      setFiles((now) => [...files, ...now])
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

  const attach = (more: readonly File[]) => {
    const choice = choose(files, more)
    setProblem(choice.problem)
    setFiles(choice.files)
  }

  const remove = (file: File) => setFiles((now) => now.filter((other) => other !== file))

  return { text, setText, type, fits, files, attach, remove, problem, submit }
}
