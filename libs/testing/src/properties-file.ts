import { writeFileSync } from 'node:fs'

export type Properties = Readonly<Record<string, string | number | boolean>>

/** Writes a .properties file as a user would: one `key=value` a line. Values are taken as they are. */
export function writePropertiesFile(path: string, properties: Properties): void {
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(path, lines.join(''))
}
