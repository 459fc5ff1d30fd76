import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Answer } from '../support/asking-connection'
import { AskingConnection } from '../support/asking-connection'
import { useNamesrvs } from '../support/namesrvs'
import { session } from './session'

const startNamesrv = useNamesrvs()
const recording = path.join(__dirname, 'java-5.5.0.golden.json')

/** The answers to the session, by the name of the step. */
async function play(port: number): Promise<Record<string, Answer>> {
  const connections = { broker: await AskingConnection.open(port), other: await AskingConnection.open(port) }
  try {
    const answers: Record<string, Answer> = {}
    for (const step of session) answers[step.name] = await connections[step.by ?? 'broker'].ask(step)
    return answers
  } finally {
    await connections.broker.close()
    await connections.other.close()
  }
}

// `JAVA_NAMESRV_PORT=… npx jest libs/namesrv/test/session` records the answers of a fresh Java NameServer instead.
test('a session is answered byte for byte as Java 5.5.0 answered it', async () => {
  const javaPort = process.env['JAVA_NAMESRV_PORT']
  if (javaPort !== undefined) fs.writeFileSync(recording, `${JSON.stringify(await play(Number(javaPort)), null, 1)}\n`)
  const { namesrv } = await startNamesrv()
  expect(await play(namesrv.port)).toEqual(JSON.parse(fs.readFileSync(recording, 'utf8')))
})
