import * as fs from 'node:fs'
import * as path from 'node:path'
import { CorruptDataError, nodeDisk, silentLog } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { ConfigFile } from '../src'

const temporaryFolder = useTemporaryFolders()
const decode = (text: string): unknown => JSON.parse(text)

function files() {
  const file = path.join(temporaryFolder(), 'config', 'topics.json')
  return { file, open: (disk: Disk = nodeDisk) => new ConfigFile(file, { disk, log: silentLog }) }
}

test('what was saved is loaded, and the text before it stands in .bak', () => {
  const { file, open } = files()
  open().save('{"a":1}')
  open().save('{"a":2}')
  expect(open().load(decode)).toEqual({ a: 2 })
  expect(fs.readFileSync(`${file}.bak`, 'utf8')).toBe('{"a":1}')
})

test('where nothing was saved there is nothing to load', () => {
  expect(files().open().load(decode)).toBeNull()
})

test.each(['', '{"a":'])('a file with the content "%s" gives way to its backup, which the next save keeps', content => {
  const { file, open } = files()
  open().save('{"a":1}')
  open().save('{"a":2}')
  fs.writeFileSync(file, content)
  const config = open()
  expect(config.load(decode)).toEqual({ a: 1 })
  config.save('{"a":3}')
  expect(open().load(decode)).toEqual({ a: 3 })
})

test('a damaged file is put aside and never moved over the good backup', () => {
  const { file, open } = files()
  open().save('{"a":1}')
  open().save('{"a":2}')
  fs.writeFileSync(file, '{"a":')
  open().load(decode)
  expect(fs.readFileSync(`${file}.bak`, 'utf8')).toBe('{"a":1}')
  expect(fs.readFileSync(`${file}.damaged`, 'utf8')).toBe('{"a":')
})

test('when neither can be decoded it says so instead of starting empty', () => {
  const { file, open } = files()
  open().save('x')
  fs.writeFileSync(`${file}.bak`, 'y')
  expect(() => open().load(decode)).toThrow(CorruptDataError)
})

test('a crash at any step of a save leaves the old or the new content', () => {
  const { open } = files()
  open().save('{"a":0}')
  for (let crashAtStep = 1, done = false; !done; crashAtStep += 1) {
    open().save(`{"a":"before ${crashAtStep}"}`)
    done = true
    try {
      open(crashingDisk(crashAtStep)).save(`{"a":"after ${crashAtStep}"}`)
    } catch {
      done = false
    }
    expect([{ a: `before ${crashAtStep}` }, { a: `after ${crashAtStep}` }]).toContainEqual(open().load(decode))
  }
})

test('saving the same text again touches nothing', () => {
  const { open } = files()
  const config = open()
  config.save('{"a":1}')
  const again = new ConfigFile(config.path, { disk: crashingDisk(1), log: silentLog })
  again.load(decode)
  expect(() => again.save('{"a":1}')).not.toThrow()
})

/** The real disk, until its n-th changing call, which does nothing and throws. */
function crashingDisk(crashAtStep: number): Disk {
  let step = 0
  function crashOrRun(call: () => void): void {
    step += 1
    if (step === crashAtStep) throw new Error('crash')
    call()
  }
  return {
    ...nodeDisk,
    makeFolder: folder => crashOrRun(() => nodeDisk.makeFolder(folder)),
    rename: (from, to) => crashOrRun(() => nodeDisk.rename(from, to)),
    syncFolder: folder => crashOrRun(() => nodeDisk.syncFolder(folder)),
    writeText: (path, text) => crashOrRun(() => nodeDisk.writeText(path, text)),
  }
}
