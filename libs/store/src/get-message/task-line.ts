/** Runs a limited number of tasks at once; the others wait in line, first come, first served. */
export class TaskLine {
  private readonly waiting: (() => Promise<void>)[] = []
  private runningCount = 0

  constructor(private readonly runningCountMax: number) {}

  /** `task` must not reject. */
  add(task: () => Promise<void>): void {
    this.waiting.push(task)
    if (this.runningCount < this.runningCountMax) void this.work()
  }

  private async work(): Promise<void> {
    this.runningCount += 1
    for (let task = this.waiting.shift(); task !== undefined; task = this.waiting.shift()) await task()
    this.runningCount -= 1
  }
}
