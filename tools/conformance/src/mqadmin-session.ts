import { JavaProcess } from './java-process'
import type { JavaToolchain } from './java-toolchain'
import type { MqadminStep } from './mqadmin-steps'

export interface Answer {
  readonly output?: string
  readonly failure?: string
}

/** The JVM that runs mqadmin and the clients around it: one step at a time. */
export class MqadminSession {
  private readonly java: JavaProcess
  private readonly variables: Map<string, string>
  private readonly ended: Promise<number | null>
  private onAnswer: (answer: Answer) => void = () => undefined

  constructor(
    toolchain: JavaToolchain,
    home: string,
    variables: { readonly namesrv: string; readonly broker: string },
  ) {
    this.variables = new Map(Object.entries(variables))
    this.java = new JavaProcess({
      toolchain,
      mainClass: 'conformance.Mqadmin',
      args: [variables.namesrv],
      home,
      systemProperties: { 'rocketmq.client.rebalance.waitInterval': 1_000 },
    })
    this.ended = this.java.forEachLine(line => {
      this.onAnswer(line as Answer)
    })
  }

  async perform(step: MqadminStep): Promise<Answer> {
    const answered = new Promise<Answer>(resolve => (this.onAnswer = resolve))
    const gone = this.ended.then((code): Answer => ({ failure: `exit code ${code}: ${this.java.stderr}` }))
    this.java.send(JSON.parse(this.filledIn(JSON.stringify({ ...step, as: undefined }))) as object)
    const answer = await Promise.race([answered, gone])
    if ('as' in step) this.variables.set(step.as, answer.output ?? '')
    return answer
  }

  async end(): Promise<void> {
    this.java.end()
    await this.ended
  }

  private filledIn(line: string): string {
    return line.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => this.variables.get(name) ?? placeholder)
  }
}
