/** What a peer is written in: one byte in binary headers, its name in JSON ones. Source: remoting/protocol/LanguageCode.java. */
export const LanguageCode = {
  JAVA: 0,
  CPP: 1,
  DOTNET: 2,
  PYTHON: 3,
  DELPHI: 4,
  ERLANG: 5,
  RUBY: 6,
  OTHER: 7,
  HTTP: 8,
  GO: 9,
  PHP: 10,
  OMS: 11,
  RUST: 12,
  NODE_JS: 13,
} as const
export type LanguageCode = (typeof LanguageCode)[keyof typeof LanguageCode]

export type LanguageName = keyof typeof LanguageCode

const namesByCode = Object.keys(LanguageCode) as LanguageName[]
const codesByName: ReadonlyMap<string, LanguageCode> = new Map(Object.entries(LanguageCode))

/** Null for a byte that Java does not know either. */
export function languageOfByte(byte: number): LanguageCode | null {
  return byte < namesByCode.length ? (byte as LanguageCode) : null
}

/** By its name in any letter case; null for a name that Java does not know either. */
export function languageOfName(name: string): LanguageCode | null {
  return codesByName.get(name) ?? codesByName.get(name.toUpperCase()) ?? null
}

/** Java's name of a language; null stays null. */
export function languageName(language: LanguageCode | null): LanguageName | null {
  return language === null ? null : (namesByCode[language] ?? null)
}
