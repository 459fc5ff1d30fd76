import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

/** Call once at the top of a test file: folders made by what it returns are removed after each test. */
export function useTemporaryFolders(): () => string {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true })
  })
  return () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rocketmq-ts-'))
    folders.push(folder)
    return folder
  }
}
