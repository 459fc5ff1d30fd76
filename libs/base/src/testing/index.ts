export { FakeClock } from './fake-clock'
export { useTemporaryFolders } from './temporary-folder'
