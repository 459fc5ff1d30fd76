import { readdirSync, readFileSync } from 'node:fs'
import * as path from 'node:path'

export interface Source {
  /** Below the root of the workspace. */
  readonly path: string
  readonly text: string
}

/** The TypeScript sources of all libs but `testing`, which ships in nothing. */
export function librarySources(root: string): readonly Source[] {
  const libs = readdirSync(path.join(root, 'libs')).filter(name => name !== 'testing')
  return libs.flatMap(name => typescriptFiles(root, path.join('libs', name, 'src')))
}

function typescriptFiles(root: string, folder: string): readonly Source[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const name = path.join(folder, entry.name)
    if (entry.isDirectory()) return typescriptFiles(root, name)
    return name.endsWith('.ts') ? [{ path: name, text: readFileSync(path.join(root, name), 'utf8') }] : []
  })
}
