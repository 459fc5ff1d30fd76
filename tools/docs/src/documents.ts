import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { configurationPage } from './configuration'
import { metricsPage } from './metrics'
import { protocolSupportPage } from './protocol-support'

/** The generated pages by their path below `root`. */
export function generatedDocuments(root: string): ReadonlyMap<string, string> {
  const requestCodes = readFileSync(path.join(root, 'libs/protocol/src/codes/request-code.ts'), 'utf8')
  return new Map([
    ['docs/configuration.md', configurationPage()],
    ['docs/metrics.md', metricsPage()],
    ['docs/protocol-support.md', protocolSupportPage(requestCodes)],
  ])
}

/** Those whose file does not say what it would be given now. */
export function staleDocuments(root: string): readonly string[] {
  return [...generatedDocuments(root)]
    .filter(([file, text]) => textOf(path.join(root, file)) !== text)
    .map(([file]) => file)
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
