import { connect } from 'node:net'

/** A keep-alive connection that sends ready-made requests one after another; cheap enough not to be measured. */
export async function openConnection(url) {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let text = ''
  let waiting
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    text += chunk
    const end = answerEnd(text)
    if (end < 0) return
    const answer = text.slice(0, end)
    text = text.slice(end)
    const { resolve } = waiting
    waiting = undefined
    resolve(Number(answer.slice(9, 12)))
  })
  socket.on('close', () => waiting?.reject(new Error('the server hung up')))
  return {
    /** Resolves with the status once the whole answer is there. */
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}

function answerEnd(text) {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return -1
  const status = text.slice(9, 12)
  if (status === '204' || status === '304') return head + 4
  const fields = text.slice(0, head)
  const length = /\r\ncontent-length: *(\d+)/i.exec(fields)
  if (length) return text.length >= head + 4 + Number(length[1]) ? head + 4 + Number(length[1]) : -1
  const last = text.indexOf('\r\n0\r\n\r\n', head)
  return last < 0 ? -1 : last + 7
}

export function post(path, body) {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

export async function put(url, contentType = 'application/json') {
  const answer = await fetch(url, { method: 'PUT', headers: { 'Content-Type': contentType } })
  if (!answer.ok) throw new Error(`PUT ${url}: ${answer.status}`)
}
