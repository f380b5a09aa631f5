import type { Prompt } from '../engine.ts'

/** The lines that we write to a stream-json command. */

export function promptLine({ text, files }: Prompt): string {
  const paths = files.map(({ path }) => `- ${path}`).join('\n')
  const content = paths === '' ? text : `${text}\n\nAttached files:\n${paths}`
  return JSON.stringify({
    type: 'user',
    message: { role: 'user', content: [{ type: 'text', text: content }] },
  })
}

export function controlLine(id: string, request: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ type: 'control_request', request_id: id, request })
}

export function answerLine(question: string, allowed: boolean, input: unknown): string {
  const response = allowed
    ? { behavior: 'allow', updatedInput: input }
    : { behavior: 'deny', message: 'A person has denied this.' }
  return JSON.stringify({
    type: 'control_response',
    response: { subtype: 'success', request_id: question, response },
  })
}
