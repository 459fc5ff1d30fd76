import * as fs from 'node:fs'
import * as path from 'node:path'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { RollingFile } from '../src/rolling-file'

const temporaryFolder = useTemporaryFolders()

test('a full file becomes broker.1.log and the oldest one goes', () => {
  const folder = path.join(temporaryFolder(), 'logs')
  const file = new RollingFile({ path: path.join(folder, 'broker.log'), bytesMax: 8, fullFileCountMax: 2 })
  for (const line of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n', 'six\n', 'seven\n']) file.write(line)
  file.close()
  const contentOf = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8')
  expect(fs.readdirSync(folder).sort()).toEqual(['broker.1.log', 'broker.2.log', 'broker.log'])
  expect([contentOf('broker.log'), contentOf('broker.1.log'), contentOf('broker.2.log')]).toEqual([
    'seven\n',
    'six\n',
    'five\n',
  ])
})

test('a restart goes on with the file that is there, up to its limit', () => {
  const options = { path: path.join(temporaryFolder(), 'broker.log'), bytesMax: 8, fullFileCountMax: 2 }
  for (const line of ['one\n', 'two\n', 'three\n']) {
    const file = new RollingFile(options)
    file.write(line)
    file.close()
  }
  new RollingFile(options).write('x\n')
  expect(fs.readFileSync(options.path, 'utf8')).toBe('one\ntwo\nthree\nx\n')
})

test('a folder that cannot be written costs lines, not the process', () => {
  const folder = temporaryFolder()
  fs.writeFileSync(path.join(folder, 'logs'), 'a file where the folder should be')
  const file = new RollingFile({ path: path.join(folder, 'logs', 'broker.log'), bytesMax: 8, fullFileCountMax: 1 })
  file.write('one\n')
  expect(file.lostLineCount).toBe(1)
})
